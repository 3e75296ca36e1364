"""Whether a model goes on with an unfinished answer: probed, because nothing lists it.

Given messages that end with the assistant's, some servers leave that last turn open and the model continues it; others
close it and the model begins a new one, and to glue that onto the old text would garble it. llama.cpp shows the prompt
that it would make (`/apply-template`), which costs nothing. Elsewhere only generating tells: a few tokens after a text
cut off in the middle of a word, where a new turn can't begin with the rest of that word. In doubt the answer is no: a
follow-up question is always possible.

Sources: llama.cpp's pull requests 13174 and 13608 (`--no-prefill-assistant`), 23012 (`continue_final_message`), issue
21889 (not together with thinking); vLLM's extra parameters of the chat API. The text of the probe is ours: no
conversation is sent.
"""

from typing import Any, NamedTuple

import httpx
import msgspec
import trio

from orchd.errors import Busy
from orchd.llm.accounting import tally_here
from orchd.llm.answers.echo import SURE_CHARACTERS
from orchd.llm.answers.failures import judge, map_errors
from orchd.llm.answers.fetch import FetchResult, fetch
from orchd.llm.answers.words import read_body
from orchd.llm.asking.ask import COMPLETIONS
from orchd.llm.probing.address import ServerLocation
from orchd.llm.types import ModelInfo, ServerKind, Turn
from orchd.llm.wire.chunks import decode

PROBE_TOKENS = 8
CUT, REST = "one two thr", "ee"
TURNS = (
    Turn("user", "Write exactly this line and nothing else: one two three four five six"),
    Turn("assistant", CUT),
)
REFUSED = (400, 422)
"""Statuses by which a server refuses such messages; others say nothing about them."""
NO_APPLY_TEMPLATE = (404, 501)


class Prefill(NamedTuple):
    """How to have the last turn continued: `members` go into the request; `may_echo`: its text may come back first."""

    members: dict[str, Any]
    may_echo: bool = False

    def echo(self, text: str) -> str:
        """Return what to take off the start of the answer that continues `text`."""
        return text if self.may_echo and len(text) >= SURE_CHARACTERS else ""


AS_IS: dict[str, Any] = {}
FLAGS: dict[str, Any] = {"continue_final_message": True, "add_generation_prompt": False}
NO_THINKING: dict[str, Any] = {"chat_template_kwargs": {"enable_thinking": False}}
"""An answer that has begun has been thought over; some builds of llama.cpp refuse to continue it otherwise."""


class Fingerprint(NamedTuple):
    """What a finding holds for: as long as the server says the same of itself and of the model."""

    kind: ServerKind | None
    info: ModelInfo | None
    instances: tuple[str, ...]


class Prefills:
    """What has been found out about the models of one server. `place` is where its pages are."""

    def __init__(self, client: httpx.AsyncClient, place: ServerLocation, name: str) -> None:
        self._client = client
        self._place = place
        self._name = name
        self._found: dict[str, tuple[Fingerprint, Prefill | None]] = {}
        self._locks: dict[str, trio.Lock] = {}

    def forget(self) -> None:
        """Forget all: another server may answer at this address by now."""
        self._found.clear()

    def finding(self, model: str) -> Prefill | None:
        """Return how to have `model` continue the last turn if that has been found out."""
        return self._found[model][1] if model in self._found else None

    async def find(self, model: str, name: str, mark: Fingerprint, *, fragile: bool) -> Prefill | None:
        """Return how to have `model` continue the last turn, None when it doesn't; probes once for each `mark`.

        `name` is what to call it. `fragile`: a second request may end the running one; then nothing is generated unless
        the server turns out to be of another kind. Raises OrchdError when the probe fails, which is not remembered.
        Waits without a bound; generates on the model, hence loads it.
        """
        lock = self._locks.setdefault(model, trio.Lock())
        async with lock:
            known = self._found.get(model)
            if known is None or known[0] != mark:
                with map_errors(self._name):
                    prober = _Probe(self._client, self._place, self._name, name)
                    known = mark, await prober.find(mark.kind, fragile=fragile)
                self._found[model] = known
            return known[1]


class _Probe:
    """One probe of one model."""

    def __init__(self, client: httpx.AsyncClient, place: ServerLocation, name: str, model: str) -> None:
        self._client = client
        self._place = place
        self._name = name
        self._model = model

    async def find(self, kind: ServerKind | None, *, fragile: bool) -> Prefill | None:
        if kind == "llamacpp":
            return await self._by_template()
        if kind in ("openai", None):
            if await self._is_vllm():
                return await self._by_generation(FLAGS)
            if fragile:
                raise Busy(f"{self._name} is generating, and a probe could disturb it", reason="answering")
        return await self._by_generation(AS_IS)

    async def _by_template(self) -> Prefill | None:
        for members in (AS_IS, FLAGS, NO_THINKING):
            fetched = await self._post(self._place.root + "/apply-template", members)
            if fetched.status in NO_APPLY_TEMPLATE:
                return None
            prompt = (self._json_of(fetched) or {}).get("prompt")
            if isinstance(prompt, str) and is_open(prompt):
                return Prefill(members, may_echo=True)
        return None

    async def _by_generation(self, members: dict[str, Any]) -> Prefill | None:
        asked = {"max_tokens": PROBE_TOKENS, "temperature": 0.0, **members}
        tally = tally_here()
        tally.on_call()
        fetched = await self._post(self._place.base + COMPLETIONS, asked)
        told = decode(fetched.body)
        tally.on_answer(None if told is None or told.usage is None else told.usage.usage(), PROBE_TOKENS, 0)
        if self._json_of(fetched) is None:
            return None
        return Prefill(members) if goes_on(fetched.body) else None

    async def _is_vllm(self) -> bool:
        """Ask for what only vLLM has. An unknown path disturbs nobody, not even llama-cpp-python."""
        found = (await fetch(self._client, self._place.root + "/version")).success_json()
        return found is not None and isinstance(found.get("version"), str)

    async def _post(self, url: str, members: dict[str, Any]) -> FetchResult:
        body = {"model": self._model, "messages": msgspec.to_builtins(TURNS), **members}
        return await fetch(self._client, url, body)

    def _json_of(self, fetched: FetchResult) -> dict[str, Any] | None:
        """Return the JSON of a success, None for a refusal; raise for a failure."""
        found = fetched.success_json()
        if found is None and fetched.status not in REFUSED:
            raise judge(self._name, read_body(fetched.status, fetched.body))
        return found


def is_open(prompt: str) -> bool:
    """Tell whether a prompt ends in the middle of the assistant's answer, not of its thoughts."""
    return prompt.endswith(CUT) and prompt.rfind("<think>") <= prompt.rfind("</think>")


def goes_on(body: bytes) -> bool:
    """Tell whether the answer to the probe goes on where the text was cut off."""
    chunk = decode(body)
    message = chunk.choices[0].message if chunk is not None and chunk.choices else None
    if message is None or message.reasoning_content or message.reasoning:
        return False
    return (message.content or "").startswith(REST)
