"""Which steps fit together, and at which step the others are refused."""

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchd.errors import Invalid
from orchd.features.workspace.workflows.graph import MAX_DEPTH, check_steps
from orchd.features.workspace.workflows.steps import MAX_STEPS, WorkflowLoopStep, WorkflowStep, leads
from tests.examples import examples


def step(name: str, to: str | None = None, /, **more: Any) -> dict[str, Any]:
    return {"type": "notification", "id": name, "text": "now", "next": to} | more


def loop(name: str, body: str, to: str | None = None, **more: Any) -> dict[str, Any]:
    return {"type": "loop", "id": name, "body": body, "next": to, "maxRounds": 3} | more


def parallel(name: str, *branches: str, to: str | None = None) -> dict[str, Any]:
    return {"type": "parallel", "id": name, "branches": branches, "next": to}


def condition(name: str, *to: str, otherwise: str | None = None) -> dict[str, Any]:
    cases = [{"when": {"step": name, "test": "done"}, "next": each} for each in to]
    return {"type": "condition", "id": name, "cases": cases, "next": otherwise}


def read(*drafts: dict[str, Any]) -> tuple[WorkflowStep, ...]:
    return msgspec.convert(drafts, tuple[WorkflowStep, ...])


FIT = {
    "one": [step("a")],
    "a row": [step("a", "b"), step("b", "c"), step("c")],
    "in any order": [step("a", "c"), step("b"), step("c", "b")],
    "ways that part and meet": [condition("a", "b", "c", otherwise="d"), step("b", "d"), step("c", "d"), step("d")],
    "a refusal": [{"type": "approval", "id": "a", "question": "Go on?", "next": "b", "otherwise": "b"}, step("b")],
    "a loop": [loop("a", "b", "c"), step("b", "a"), step("c")],
    "a loop that is entered in the middle": [step("a", "c"), loop("b", "c"), step("c", "b")],
    "a round that may end all": [loop("a", "b"), condition("b", "c", otherwise="a"), step("c")],
    "a loop in a loop": [loop("a", "b"), loop("b", "c", "a"), step("c", "b")],
    "branches": [parallel("a", "b", "c", to="d"), step("b"), step("c"), step("d")],
    "branches in a round": [loop("a", "b"), parallel("b", "c", "d", to="a"), step("c"), step("d")],
    "a loop in a branch": [parallel("a", "b", "c"), loop("b", "d"), step("c"), step("d", "b")],
    "branches in a branch": [parallel("a", "b", "c"), parallel("b", "d", "e"), step("c"), step("d"), step("e")],
}


@pytest.mark.parametrize("name", FIT)
def test_steps_that_fit_together(name: str) -> None:
    check_steps(read(*FIT[name]))


UNFIT = {
    "two of one name": ([step("a", "b"), step("b"), step("a")], "[2].id"),
    "a name of two lines": ([step("a\nb")], "[0].id"),
    "a blank name": ([step(" ")], "[0].id"),
    "no such step": ([step("a", "b"), step("b", "c")], "[1].next"),
    "no such case": ([condition("a", "b", "c"), step("b")], "[0].cases[1].next"),
    "no such branch": ([parallel("a", "b", "c"), step("b")], "[0].branches[1]"),
    "no such round": ([loop("a", "b")], "[0].body"),
    "no such refusal": ([{"type": "approval", "id": "a", "question": "?", "otherwise": "b"}], "[0].otherwise"),
    "a test of no step": ([loop("a", "b", until={"step": "c", "test": "done"}), step("b", "a")], "[0].until.step"),
    "a case that tests no step": (
        [{"type": "condition", "id": "a", "cases": [{"when": {"step": "x", "test": "done"}, "next": "a"}]}],
        "[0].cases[0].when.step",
    ),
    "left over": ([step("a"), step("b")], "[1].id"),
    "left over in a circle": ([step("a"), step("b", "c"), step("c", "b")], "[1].id"),
    "a step after itself": ([step("a", "a")], "[0].next"),
    "a circle": ([step("a", "b"), step("b", "c"), step("c", "b")], "[2].next"),
    "a circle past the round": ([loop("a", "b", "b"), step("b", "a")], "[1].next"),
    "a round without a way back": ([loop("a", "b"), step("b")], "[0].body"),
    "a loop without a round": ([loop("a", "a")], "[0].body"),
    "one branch twice": ([parallel("a", "b", "b"), step("b")], "[0].branches[1]"),
    "branches that meet": ([parallel("a", "b", "c"), step("b", "d"), step("c", "d"), step("d")], "[2].next"),
    "a branch that goes on after all": (
        [parallel("a", "b", "c", to="d"), step("b", "d"), step("c"), step("d")],
        "[0].branches[0]",
    ),
    "a branch that leads back": ([parallel("a", "b", "c"), step("b", "a"), step("c")], "[1].next"),
    "a branch out of its round": (
        [loop("a", "b"), parallel("b", "c", "d", to="a"), step("c", "a"), step("d")],
        "[1].branches[0]",
    ),
    "into a branch": ([condition("a", "b", "c"), parallel("b", "c", "d"), step("c"), step("d")], "[0].cases[1].next"),
}


@pytest.mark.parametrize("name", UNFIT)
def test_steps_that_do_not_fit_together(name: str) -> None:
    drafts, place = UNFIT[name]
    with pytest.raises(Invalid) as refused:
        check_steps(read(*drafts))
    assert refused.value.path == f"$.data.steps{place}", refused.value.message


def nested(depth: int) -> list[dict[str, Any]]:
    loops = [loop(f"l{place}", f"l{place + 1}", f"l{place - 1}" if place else None) for place in range(depth)]
    return [*loops, step(f"l{depth}", f"l{depth - 1}")]


def test_loops_stand_in_each_other_only_so_deep() -> None:
    check_steps(read(*nested(MAX_DEPTH)))
    with pytest.raises(Invalid) as refused:
        check_steps(read(*nested(MAX_DEPTH + 1)))
    assert refused.value.path == f"$.data.steps[{MAX_DEPTH + 1}].id"


def ends_from_everywhere(steps: tuple[WorkflowStep, ...]) -> bool:
    """By another way than the check's: what may end is found backwards, from the steps that can be the last."""
    ending = {each.id for each in steps if not [lead for lead in leads(each) if not lead.inner]}
    while True:
        more = {each.id for each in steps if any(lead.to in ending for lead in leads(each) if not lead.inner)}
        if more <= ending:
            return len(ending) == len(steps)
        ending |= more


NAMES = st.sampled_from("abcde")


@st.composite
def workflows(draw: st.DrawFn) -> list[dict[str, Any]]:
    made = []
    for name in "abcde"[: draw(st.integers(1, 5))]:
        to = draw(NAMES | st.none())
        kinds = [step(name, to), loop(name, draw(NAMES), to), parallel(name, draw(NAMES), draw(NAMES), to=to)]
        made.append(draw(st.sampled_from([*kinds, condition(name, draw(NAMES), otherwise=to)])))
    return made


@settings(max_examples=examples(300), deadline=None)
@given(workflows())
def test_whatever_is_taken_can_end_and_comes_through_each_loop(drafts: list[dict[str, Any]]) -> None:
    steps = read(*drafts)
    try:
        check_steps(steps)
    except Invalid:
        return
    assert ends_from_everywhere(steps)
    for each in steps:
        back = {other.id for other in steps for lead in leads(other) if lead.to == each.id}
        assert not isinstance(each, WorkflowLoopStep) or back


def test_many_steps_are_looked_at_once_each() -> None:
    """A hundred steps with all the branches there can be: some tens of thousands of looks, no millions."""
    rows = [parallel(f"p{place}", *(f"p{place}.{branch}" for branch in range(15)), to=None) for place in range(6)]
    first = parallel("all", *(f"p{place}" for place in range(6)))
    ends = [step(f"p{place}.{branch}") for place in range(6) for branch in range(15)]
    assert len([first, *rows, *ends]) <= MAX_STEPS
    check_steps(read(first, *rows, *ends))
