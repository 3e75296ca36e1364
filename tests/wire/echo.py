"""A model server that says what it was told: its answers are known, and so is what it was asked."""

from typing import Any

from tests.fix_upstream import DONE, SSE_HEAD, Exchange, Upstream, delta, finish, reply, usage

MODELS = ("echo", "echo-2")


async def echo(exchange: Exchange) -> None:
    """Answer `You said: ...`, in two pieces."""
    last = exchange.json()["messages"][-1]["content"]
    body = SSE_HEAD + delta(role="assistant", content="You said: ") + delta(content=last) + finish() + usage() + DONE
    await exchange.send(body)


def set_up(upstream: Upstream) -> None:
    """Make `upstream` an echo with the models of `MODELS`, of the kind that lists nothing but names."""
    listing = {"object": "list", "data": [{"id": name, "object": "model"} for name in MODELS]}
    upstream.routes["GET /v1/models"] = reply(200, listing)
    upstream.script = echo


def turns(upstream: Upstream) -> list[list[str]]:
    """What was sent to be answered, request by request, as `role: content`."""
    asked: list[dict[str, Any]] = [
        request.json() for request in upstream.requests if request.path.endswith("/chat/completions")
    ]
    return [[f"{turn['role']}: {turn['content']}" for turn in body["messages"]] for body in asked]
