"""A model server in memory, OpenAI's way, on which each model plays the part that it is asked to play.

It plans as the scenario says, writes the answers that stand there, joins them, and judges as a script does. Whatever it
doesn't know is answered as such servers do, with 404, so that nothing is taken for there which is not.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import trio
import trio.testing

from tests.eval.tasks.judges import Judge, Shown, is_trial, step_in, title_of
from tests.eval.tasks.scenarios import Scenario
from tests.eval.tasks.seeding import FaultyText, order_of
from tests.fix_upstream import DONE, SSE_HEAD, Exchange, Upstream, delta, event, reply, usage

TITLE = re.compile(r"(?:# The task: |# The whole task: |It is one step of this task: )(.+)")
PLANNED, VERDICT, EXAMINED, COMPARED = "subtasks", "approved", "inScope", "better"
"""Members by which the schema of a question tells what it is."""

KINDS: Mapping[str, str] = {VERDICT: "verdict", EXAMINED: "examination"}


class UnknownQuestionError(Exception):
    """Something was asked that no script answers; the trial has to learn it."""


class ScriptedModels:
    """Models of these names; `judge` judges, on whichever of them."""

    def __init__(
        self, nursery: trio.Nursery, names: Sequence[str], scenarios: Sequence[Scenario], judge: Judge
    ) -> None:
        self.upstream = Upstream(nursery)
        self.upstream.routes["GET /v1/models"] = reply(200, {"object": "list", "data": [_listed(n) for n in names]})
        self.upstream.script = self._answer
        self.calls = 0
        self._scenarios = {scenario.title: scenario for scenario in scenarios}
        self._judge = judge

    async def _answer(self, exchange: Exchange) -> None:
        if exchange.path != "/v1/chat/completions":
            await exchange.send(reply(404, {"error": {"message": "not found"}}))
            return
        self.calls += 1
        body = exchange.json()
        said = self._said(body)
        end = {"model": body["model"], "choices": [{"index": 0, "delta": {}, "finish_reason": said.finish}]}
        told = [delta(content=said.text)] if said.text else []
        await exchange.send(SSE_HEAD, *told, event(end), usage(len(exchange.body) // 4, len(said.text) // 4), DONE)

    def _said(self, body: Mapping[str, Any]) -> FaultyText:
        text = "\n\n".join(turn["content"] for turn in body["messages"])
        members = _members(body)
        scenario = None if is_trial(text) else self._scenario(text)
        for member, kind in KINDS.items():
            if member in members:
                return FaultyText(self._judge(kind, Shown(scenario, text)))
        if scenario is None:
            raise UnknownQuestionError(text)
        if PLANNED in members:
            return FaultyText(plan(scenario))
        if COMPARED in members:
            return FaultyText(json.dumps({"reason": "They are alike.", "better": "same"}))
        if "all steps are done. Join their results" in text:
            return scenario.joining
        return scenario.answer(_place(scenario, text))

    def _scenario(self, text: str) -> Scenario:
        found = [self._scenarios[title] for title in TITLE.findall(text) if title in self._scenarios]
        if not found:
            raise UnknownQuestionError(text)
        return found[0]


def plan(scenario: Scenario) -> str:
    """The plan of a task: a step for each part, none of which needs another."""
    steps = [
        {
            "id": number,
            "title": title_of(part.aspect),
            "prompt": order_of(scenario.text, part),
            "depends_on": [],
            "difficulty": 4,
            "task_type": "general",
            "assistant": "",
        }
        for number, part in enumerate(scenario.text.part, 1)
    ]
    return json.dumps({"subtasks": steps})


def _members(body: Mapping[str, Any]) -> Mapping[str, Any]:
    asked = body.get("response_format") or {}
    members: Mapping[str, Any] = asked.get("json_schema", {}).get("schema", {}).get("properties", {})
    return members


def _place(scenario: Scenario, text: str) -> int:
    place = step_in(scenario, text.partition("# Your step:")[2])
    if place is None:
        raise UnknownQuestionError(text)
    return place


def _listed(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "owned_by": "organization", "max_model_len": 16_384}
