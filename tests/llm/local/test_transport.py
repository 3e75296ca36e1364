import json
import os
import signal
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
import structlog
import trio

from orchd.guard import Supervisor
from orchd.llm.answers.fetch import FetchResult, fetch
from orchd.llm.local.children import Children
from orchd.llm.local.files import Shelf
from orchd.llm.local.transport import LocalTransport
from orchd.llm.wire.transport import body_of
from tests.fix_local import HANG_SECONDS, Shelve, model_processes
from tests.llm.local.models import spec

ROOT = "http://local.localhost:80"
CHAT = "/v1/chat/completions"
BASE = "a model has no chat template: a base model"


class Server(NamedTuple):
    """What the transport stands before, and a client that asks it."""

    client: httpx.AsyncClient
    children: Children
    folder: Path

    async def get(self, path: str) -> FetchResult:
        return await fetch(self.client, ROOT + path)

    async def post(self, path: str, **members: Any) -> FetchResult:
        return await fetch(self.client, ROOT + path, members)

    async def states(self) -> dict[str, str]:
        found = (await self.get("/v1/models")).json()
        return {item["id"]: item["status"]["value"] for item in found["data"]}


def question(model: str, **members: Any) -> dict[str, Any]:
    return {"model": model, "messages": [{"role": "user", "content": "hi"}], "max_tokens": 2} | members


@pytest.fixture
async def server(shelve: Shelve, nursery: trio.Nursery) -> AsyncIterator[Server]:
    folder = shelve("a", "b")
    what = spec(folder)
    children = Children(Supervisor(nursery), what, lambda: None)
    transport = LocalTransport(Shelf(what.paths), children, what, "llama 1")
    async with httpx.AsyncClient(transport=transport, trust_env=False) as client:
        with trio.fail_after(HANG_SECONDS):
            yield Server(client, children, folder)


async def test_the_list_starts_nothing(server: Server) -> None:
    (a, b) = (await server.get("/v1/models")).json()["data"]
    assert (a["id"], b["id"], a["status"], a["max_model_len"]) == ("a", "b", {"value": "unloaded"}, 512)
    assert (a["meta"]["n_ctx_train"], a["meta"]["ftype"], a["meta"]["memory"]) == (2048, "F32", None)
    assert a["meta"]["size"] == (server.folder / "a.gguf").stat().st_size
    props = (await server.get("/props")).json()
    assert (props["default_generation_settings"], props["total_slots"], props["build_info"]) == (
        {"n_ctx": 512},
        2,
        "llama 1",
    )
    assert model_processes() == []


async def test_a_question_starts_the_model_and_another_one_replaces_it(server: Server) -> None:
    answer = (await server.post(CHAT, **question("a"))).json()
    assert (answer["model"], answer["usage"]["completion_tokens"]) == ("a", 2)
    assert await server.states() == {"a": "loaded", "b": "unloaded"}
    assert (await server.post(CHAT, **question("b"))).json()["model"] == "b"
    assert await server.states() == {"a": "unloaded", "b": "loaded"}
    (b,) = [item for item in (await server.get("/v1/models")).json()["data"] if item["id"] == "b"]
    assert b["meta"]["memory"] > 1_000_000
    assert (await server.post("/models/unload", model="b")).json() == {"success": True}
    assert await server.states() == {"a": "unloaded", "b": "unloaded"}


async def test_what_is_for_a_loaded_model_loads_none(server: Server) -> None:
    for ask in (server.post("/tokenize", model="a", content="hi"), server.get("/slots?model=a")):
        refused = await ask
        assert (refused.status, refused.json()["error"]["message"]) == (400, "the model is not loaded")
    assert model_processes() == []
    await server.post("/apply-template", **question("a"))
    assert (await server.post("/tokenize", model="a", content="hi")).json()["tokens"]
    assert [slot["is_processing"] for slot in (await server.get("/slots?model=a")).json()] == [False, False]


@pytest.mark.parametrize("body", [b"{}", b"[", b'{"model": 3}', b'{"model": "none"}', b"\xff"])
async def test_a_model_that_is_not_there(server: Server, body: bytes) -> None:
    response = await server.client.send(server.client.build_request("POST", ROOT + CHAT, content=body), stream=True)
    found = json.loads(await body_of(response).read())
    await response.aclose()
    assert (response.status_code, found["error"]["type"]) == (404, "not_found_error")


async def test_a_model_is_in_use_until_the_response_is_closed(server: Server) -> None:
    request = server.client.build_request("POST", ROOT + CHAT, json=question("a", stream=True, max_tokens=400))
    response = await server.client.send(request, stream=True)
    child = server.children.child_of("a")
    assert child is not None
    assert await body_of(response).read()
    assert child.uses == 1
    await response.aclose()
    await response.aclose()
    assert child.uses == 0
    assert (await server.post(CHAT, **question("a", max_tokens="many"))).status == 400
    assert child.uses == 0


async def test_one_that_died_unnoticed_costs_a_question_nothing(server: Server) -> None:
    await server.post(CHAT, **question("a"))
    child = server.children.child_of("a")
    assert child is not None
    assert child.pid is not None
    os.kill(child.pid, signal.SIGKILL)
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # noqa: ASYNC222 - so that nobody else hears of it
    assert (await server.post(CHAT, **question("a"))).json()["model"] == "a"
    assert server.children.child_of("a") is not child


@pytest.fixture
async def dying(request: pytest.FixtureRequest, nursery: trio.Nursery) -> str:
    """Where a process listened that takes no connection any more, or breaks it unanswered."""
    if request.param == "refuses":
        return "http://127.0.0.1:9"
    (listener,) = await nursery.start(partial(trio.serve_tcp, trio.abc.AsyncResource.aclose, 0, host="127.0.0.1"))
    return f"http://127.0.0.1:{listener.socket.getsockname()[1]}"


@pytest.mark.parametrize("dying", ["refuses", "breaks"], indirect=True)
async def test_one_that_is_dying_fails_the_question_and_not_the_server(server: Server, dying: str) -> None:
    await server.post(CHAT, **question("a"))
    child = server.children.child_of("a")
    assert child is not None
    child.url = dying
    with pytest.raises(httpx.ReadError):
        await server.post(CHAT, **question("a"))
    assert child.uses == 0


@pytest.mark.parametrize("dying", ["refuses", "breaks"], indirect=True)
async def test_one_that_is_dying_is_followed_by_another_one(server: Server, dying: str) -> None:
    await server.post(CHAT, **question("a"))
    child = server.children.child_of("a")
    assert child is not None
    assert child.pid is not None
    child.url = dying
    os.kill(child.pid, signal.SIGKILL)
    assert (await server.post(CHAT, **question("a"))).status == 200


async def test_a_file_that_comes_later_is_offered_and_a_broken_one_told_of_once(server: Server) -> None:
    with structlog.testing.capture_logs() as lines:
        (server.folder / "c.gguf").write_bytes(b"half")
        assert sorted(await server.states()) == sorted(await server.states()) == ["a", "b"]
        assert [line["reason"] for line in lines] == ["it does not begin as a GGUF file does"]
        (server.folder / "c.gguf").write_bytes((server.folder / "a.gguf").read_bytes())
        assert sorted(await server.states()) == ["a", "b", "c"]
    assert len(lines) == 1


async def test_what_is_left_out_is_noted_without_its_folder(shelve: Shelve, nursery: trio.Nursery) -> None:
    folder = shelve("a", "b", "c", "d", "e")
    whole = (folder / "a.gguf").read_bytes()
    for name in "bcde":
        (folder / f"{name}.gguf").write_bytes(whole[:-1])
    what = spec(folder)
    transport = LocalTransport(Shelf(what.paths), Children(Supervisor(nursery), what, lambda: None), what, "llama 1")
    assert transport.notes() == ()
    with structlog.testing.capture_logs() as lines:
        async with httpx.AsyncClient(transport=transport, trust_env=False) as client:
            for _ in range(2):
                await fetch(client, f"{ROOT}/v1/models")
    assert [line["event"] for line in lines] == ["a model file is left out"] * 4
    (told,) = transport.notes()
    note = told.text
    assert (told.code, told.count, told.files[0]) == ("files_left_out", 4, "b.gguf")
    assert note.startswith("left out: b.gguf: it is cut off: it should have")
    assert note.endswith("; and 1 more")
    assert str(folder) not in note


async def test_a_base_model_is_told_once(server: Server) -> None:
    data = (server.folder / "a.gguf").read_bytes()
    (server.folder / "base.gguf").write_bytes(data.replace(b"tokenizer.chat_template", b"tokenizer.chat_templat_"))
    with structlog.testing.capture_logs() as lines:
        for _ in range(2):
            found = (await server.get("/v1/models")).json()["data"]
    assert {item["id"]: item["meta"]["chat_template"] for item in found} == {"a": True, "b": True, "base": False}
    assert [(line["event"], line["model"]) for line in lines] == [
        ("a model has no chat template: a base model", "base")
    ]


async def test_a_base_model_is_given_a_dialogue_to_go_on_with(server: Server) -> None:
    data = (server.folder / "a.gguf").read_bytes()
    (server.folder / "base.gguf").write_bytes(data.replace(b"tokenizer.chat_template", b"tokenizer.chat_templat_"))
    said = [("system", "Be brief."), ("user", "hi"), ("assistant", "hello"), ("user", "and?")]
    messages = [{"role": role, "content": content} for role, content in said]
    prompt = (await server.post("/apply-template", model="base", messages=messages)).json()["prompt"]
    assert prompt == "Be brief.\n\nUser: hi\nAssistant: hello\nUser: and?\nAssistant:"
    begun = [*messages[:2], {"role": "assistant", "content": "one two thr"}]
    prompt = (await server.post("/apply-template", model="base", messages=begun)).json()["prompt"]
    assert prompt.endswith("User: hi\nAssistant:one two thr"), "an answer can be continued"
