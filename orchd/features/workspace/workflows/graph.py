"""Whether the steps of a workflow fit together, as a graph that begins with the first of them.

* A circle goes through the `body` of a loop, which has a greatest number of rounds: no other one ever ends. Whatever is
  left without these is free of circles, so that an end can be reached from each step.
* A branch of a `parallel` step is by itself: none of its steps leads out of it, and none elsewhere leads into it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import NamedTuple

from orchd.errors import Invalid
from orchd.features.workspace.workflows.steps import (
    Lead,
    WorkflowLoopStep,
    WorkflowParallelStep,
    WorkflowStep,
    leads,
    result_tests,
)

MAX_DEPTH = 8
"""How deep loops and branches may stand in each other."""


class _Graph(NamedTuple):
    """Steps by their ids, with their places in the list, and where each leads."""

    steps: Mapping[str, WorkflowStep]
    places: Mapping[str, int]
    leads: Mapping[str, Sequence[Lead]]

    def reach(self, first: str, without: str | None = None) -> set[str]:
        """Return the steps that are reached from one, itself included, by no way through `without`."""
        found, wanted = set[str](), [first]
        while wanted:
            step = wanted.pop()
            if step not in found and step != without:
                found.add(step)
                wanted += [lead.to for lead in self.leads[step]]
        return found

    def refusal(self, step: str, member: str, why: str) -> Invalid:
        return _refusal(self.places[step], member, why)


def check_steps(steps: Sequence[WorkflowStep]) -> None:
    """Raise `Invalid`, with the path of the step, for steps that don't fit together."""
    graph = _graph(steps)
    for step in steps:
        _check_names(graph, step)
    reached = graph.reach(steps[0].id)
    for step in steps:
        if step.id not in reached:
            raise graph.refusal(step.id, "id", f"no step leads to `{step.id}`")
    _check_circles(graph)
    _check_depth(graph, _insides(graph))


def _graph(steps: Sequence[WorkflowStep]) -> _Graph:
    places: dict[str, int] = {}
    for place, step in enumerate(steps):
        if not step.id.isprintable() or step.id != step.id.strip():
            raise _refusal(place, "id", "the id of a step is one line without blanks around it")
        if places.setdefault(step.id, place) != place:
            raise _refusal(place, "id", f"two steps are called `{step.id}`")
    return _Graph({step.id: step for step in steps}, places, {step.id: [*leads(step)] for step in steps})


def _check_names(graph: _Graph, step: WorkflowStep) -> None:
    named = [(lead.member, lead.to) for lead in graph.leads[step.id]]
    for member, name in (*named, *((f"{member}.step", test.step) for member, test in result_tests(step))):
        if name not in graph.steps:
            raise graph.refusal(step.id, member, f"there is no step `{name}`")


def _check_circles(graph: _Graph) -> None:
    """Raise `Invalid` for a circle that goes through no loop's body."""
    before: dict[str, list[str]] = {name: [] for name in graph.steps}
    for name, found in graph.leads.items():
        for lead in found:
            if not (lead.inner and isinstance(graph.steps[name], WorkflowLoopStep)):
                before[lead.to].append(name)
    try:
        TopologicalSorter(before).prepare()
    except CycleError as circle:
        around = [*pairwise(circle.args[1])]
        step, to = max(around, key=lambda pair: graph.places[pair[0]])
        member = next(lead.member for lead in graph.leads[step] if lead.to == to)
        raise graph.refusal(step, member, f"`{step}` leads back to `{to}`, and no loop ends that") from None


def _insides(graph: _Graph) -> Iterator[set[str]]:
    """Yield the steps inside of each loop, and inside of each branch. Raises `Invalid`."""
    for step in graph.steps.values():
        if isinstance(step, WorkflowLoopStep):
            yield _round(graph, step)
        if isinstance(step, WorkflowParallelStep):
            yield from _branches(graph, step)


def _round(graph: _Graph, loop: WorkflowLoopStep) -> set[str]:
    """Return the steps of a round: those from which the way leads back to the loop."""
    reached = graph.reach(loop.body, without=loop.id)
    before: dict[str, list[str]] = {}
    for name in reached:
        for lead in graph.leads[name]:
            before.setdefault(lead.to, []).append(name)
    found, wanted = set[str](), before.get(loop.id, [])[:]
    while wanted:
        name = wanted.pop()
        if name not in found:
            found.add(name)
            wanted += before.get(name, ())
    if loop.body not in found:
        raise graph.refusal(loop.id, "body", f"the way from `{loop.body}` never leads back to `{loop.id}`")
    return found


def _branches(graph: _Graph, parallel: WorkflowParallelStep) -> Iterator[set[str]]:
    around = {parallel.id} if parallel.next is None else {parallel.id} | graph.reach(parallel.next, without=parallel.id)
    for place, first in enumerate(parallel.branches):
        member = f"branches[{place}]"
        branch = graph.reach(first)
        if met := sorted(branch & around, key=graph.places.__getitem__):
            raise graph.refusal(parallel.id, member, f"this branch leads out of itself to `{met[0]}`")
        for name, found in graph.leads.items():
            entered = [lead for lead in found if lead.to in branch and name not in branch]
            if entered and (name != parallel.id or len(entered) > 1):
                raise graph.refusal(name, entered[-1].member, f"`{entered[-1].to}` is in a branch of `{parallel.id}`")
        around |= branch
        yield branch


def _check_depth(graph: _Graph, insides: Iterable[set[str]]) -> None:
    depths = dict.fromkeys(graph.steps, 0)
    for inside in insides:
        for name in inside:
            depths[name] += 1
            if depths[name] > MAX_DEPTH:
                raise graph.refusal(name, "id", f"`{name}` is in more than {MAX_DEPTH} loops and branches")


def _refusal(place: int, member: str, why: str) -> Invalid:
    return Invalid(why, reason="workflow", field="steps", path=f"$.data.steps[{place}].{member}")
