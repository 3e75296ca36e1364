"""The feature as the roster opens it, with a database, the simulated model server and a real llama.cpp."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import jsonschema
import trio

from orchd.features.feature import Services
from orchd.features.text import COMMANDS, open_texts
from orchd.features.text.messages import TextProgress
from orchd.hub import Hub
from orchd.llm import Backends, BackendSpec, Prompt, Turn
from orchd.protocol.codec import Codec
from orchd.protocol.router import Serve
from orchd.storage import Database
from tests.answering import body
from tests.features.text.texts import Request
from tests.fix_simulator import RunningSimulator
from tests.llm.complete import complete
from tests.wire_schema import published

CODEC = Codec([*COMMANDS])
DEFINITIONS = published()["$defs"]
TEXT = "".join(f"Sentence number {number} says nothing, and says it slowly. " for number in range(200))


class Feature:
    """The feature opened; `ask` goes the way of a frame, and every frame is judged by the schema."""

    def __init__(self, serves: Mapping[str, Serve], backends: Backends) -> None:
        self.serves = serves
        self.backends = backends
        self.requests: list[Request] = []

    async def ask(self, kind: str, **data: object) -> dict[str, Any]:
        """Return the data of the final frame."""
        frame = {"type": kind, "id": "r1", "data": data}
        judge("ClientFrame", frame)
        asked = CODEC.decode(json.dumps(frame))
        request = Request()
        self.requests.append(request)
        with trio.fail_after(30):
            reply = await self.serves[kind](request, asked.data)
        sent = [json.loads(body(frame)) for frame in (*request.sent, reply)]
        for each in sent:
            judge("ServerFrame", each)
        found: dict[str, Any] = sent[-1]["data"]
        return found


def judge(root: str, frame: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator({"$ref": f"#/$defs/{root}", "$defs": DEFINITIONS}).validate(frame)


@asynccontextmanager
async def opened(url: str, database: Database) -> AsyncIterator[Feature]:
    backends = Backends([BackendSpec(url)])
    _, serves = open_texts(Services(database, Hub(), backends, "now"))
    async with trio.open_nursery() as nursery:
        await nursery.start(backends.run)
        yield Feature(serves, backends)
        nursery.cancel_scope.cancel()


async def test_a_model_without_a_tokenizer_is_learnt_from_any_generation(
    simulator: RunningSimulator, store: Database
) -> None:
    async with opened(simulator.url, store) as feature:
        first = await feature.ask("text:estimate", text=TEXT, model="simulated-small")
        assert first["method"] == "heuristic"
        target = await feature.backends.resolve("simulated-small", None, None)
        completion = await complete(feature.backends, target, Prompt((Turn("user", TEXT),)))
        assert completion.outcome.usage is not None
        counted = completion.outcome.usage.prompt_tokens
        second = await feature.ask("text:estimate", text=TEXT, model="simulated-small")
        assert second["method"] == "calibrated"
        assert abs(second["tokens"] - counted) < counted * 0.02
        assert abs(second["tokens"] - counted) <= abs(first["tokens"] - counted)
        cut = await feature.ask("text:truncate", text=TEXT, maxTokens=500, model="simulated-small")
        assert (cut["method"], cut["limit"]) == ("calibrated", 500)
        assert TEXT.startswith(cut["text"])
        assert cut["removed"] == [{"start": len(cut["text"]), "end": len(TEXT), "index": None, "id": None}]


async def test_a_long_text_is_worked_through_and_put_together(simulator: RunningSimulator, store: Database) -> None:
    async with opened(simulator.url, store) as feature:
        done = await feature.ask(
            "text:process",
            text=TEXT,
            instruction="Say it shorter.",
            reduce="Put it together.",
            size=800,
            model="simulated-small",
        )
        assert (done["complete"], done["failed"], done["model"]) == (True, 0, "simulated-small")
        assert len(done["parts"]) > 2
        assert all(part["output"] for part in done["parts"])
        assert "Put it together." in done["result"]  # the simulated model repeats what it was asked
        phases = [frame.phase for frame in feature.requests[-1].frames if isinstance(frame, TextProgress)]
        assert set(phases) == {"map", "reduce"}
        again = await feature.ask("text:process", jobId=done["jobId"])
        assert [part["attempts"] for part in again["parts"]] == [1] * len(done["parts"])


async def test_a_real_tokenizer_is_exact(llama_url: str, store: Database) -> None:
    async with opened(llama_url, store) as feature:
        found = await feature.ask("text:estimate", text=TEXT)
        assert (found["method"], found["tokens"]) == ("exact", found["atMost"])
        chunks = (await feature.ask("text:chunk", text=TEXT, size=300, overlap=50))["chunks"]
        assert "".join(chunk["text"][chunk["overlap"] :] for chunk in chunks) == TEXT
        for chunk in chunks[:3]:
            counted = await feature.ask("text:estimate", text=chunk["text"])
            assert counted["tokens"] == chunk["size"] <= 300
        talk = [{"role": "user", "content": TEXT, "id": 7}, {"role": "user", "content": "Why so?", "id": 8}]
        cut = await feature.ask("text:truncate", messages=talk, maxTokens=200)
        assert cut["method"] == "exact"
        assert [message["id"] for message in cut["messages"]] == [8]
        assert [gone["id"] for gone in cut["removed"]] == [7]
