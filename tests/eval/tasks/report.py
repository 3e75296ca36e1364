"""What a trial showed, as tables: in Markdown, since `make eval` and the documentation tell the same."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from statistics import fmean

from tests.eval.tasks.checking import SourceCheck
from tests.eval.tasks.scenarios import FORMS
from tests.eval.tasks.seeding import CONTENT, KINDS
from tests.eval.tasks.summary import (
    CHECKED,
    PanelResults,
    agreement,
    joining,
    kept,
    kinds_tried,
    leaks,
    of_kind,
    share,
    steps_kept,
    taken,
)
from tests.eval.tasks.texts import LANGUAGES
from tests.eval.tasks.trial import Ending, Result

LEAK_CHARACTERS = 100


def tables(tried: Sequence[PanelResults]) -> str:
    """All tables, one below the other."""
    return "\n\n".join([faults(tried), endings(tried), faultless(tried), joined(tried), checks(tried), judges(tried)])


def table(head: Sequence[str], rows: Iterator[Sequence[object]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def faults(tried: Sequence[PanelResults]) -> str:
    """How many faults of each kind ended as checked, by who judged."""
    head = ["fault", "where", "tasks", *(panel.panel.name for panel in tried)]
    return table(head, _fault_rows(tried))


def _fault_rows(tried: Sequence[PanelResults]) -> Iterator[Sequence[object]]:
    first = tried[0].faulty
    for is_joined in (False, True):
        for kind in kinds_tried(first, joined=is_joined):
            some = [of_kind(panel.faulty, kind, joined=is_joined) for panel in tried]
            name = kind if kind in CONTENT else f"*{kind}*"
            yield [name, "joined" if is_joined else "step", len(some[0]), *map(_leaked, some)]
    yield ["**all**", "", len(first), *(f"**{_leaked(panel.faulty)}**" for panel in tried)]


def _leaked(results: Sequence[Result]) -> str:
    """A number of leaks; a dash where nothing could leak, since nothing came so far."""
    if results and all(result.ending == "unreached" for result in results):
        return "-"
    return _checked([result.ending for result in results])


def _checked(endings: Sequence[Ending]) -> str:
    """How many are `verified`, and behind that how many `self-checked`."""
    count = Counter(endings)
    return f"{count['verified']} (+{count['self-checked']})" if count["self-checked"] else str(count["verified"])


def endings(tried: Sequence[PanelResults]) -> str:
    """What the faulty tasks ended as."""
    counted = [Counter(result.ending for result in panel.faulty) for panel in tried]
    names = [
        name
        for name in (*CHECKED, "marked", "replaced", "rejected", "failed", "asked", "unreached")
        if name == "verified" or any(count[name] for count in counted)
    ]
    rows = (
        [panel.panel.name, *(count[name] for name in names), _calls(panel)]
        for panel, count in zip(tried, counted, strict=True)
    )
    return table(["judge", *names, "calls of one without a fault"], rows)


def _calls(one: PanelResults) -> str:
    return f"{fmean(result.calls for result in one.faultless):.1f}" if one.faultless else "-"


def faultless(tried: Sequence[PanelResults]) -> str:
    """How many faultless tasks went through, by form and language."""
    with_some = [panel for panel in tried if panel.faultless]
    return table(["faultless tasks", "tasks", *(panel.panel.name for panel in with_some)], _faultless_rows(with_some))


def _faultless_rows(tried: Sequence[PanelResults]) -> Iterator[Sequence[object]]:
    for form in FORMS:
        yield _kept_row(form, tried, lambda result, form=form: result.scenario.form == form)  # type: ignore[misc]
    for language in LANGUAGES:
        yield _kept_row(language, tried, lambda result, told=language: result.scenario.text.language == told)  # type: ignore[misc]
    yield _kept_row("all", tried, lambda _: True)
    yield [
        "all, steps alone",
        len(tried[0].faultless),
        *(_percent([*map(steps_kept, panel.faultless)]) for panel in tried),
    ]
    yield [
        "joined with things left out",
        len(tried[0].condensed),
        *(_percent([*map(taken, panel.condensed)]) for panel in tried),
    ]


def _kept_row(name: str, tried: Sequence[PanelResults], wanted: Callable[[Result], bool]) -> Sequence[object]:
    some = [[kept(result) for result in panel.faultless if wanted(result)] for panel in tried]
    return [name, len(some[0]), *map(_percent, some)]


def _percent(some: Sequence[bool]) -> str:
    rate, low, high = share(some)
    return f"{rate:.1%} ({low:.0%}-{high:.0%})" if some else "-"


def joined(tried: Sequence[PanelResults]) -> str:
    """How well faults in joined texts are seen, with a judge that approves of all that came before."""
    one = next((panel for panel in tried if panel.panel.name == "lazy"), tried[0])
    return table(["fault in the joined text", "texts", "seen", "recall", "precision"], _joined_rows(one))


def _joined_rows(one: PanelResults) -> Iterator[Sequence[object]]:
    for kind in kinds_tried(one.faulty, joined=True):
        found = joining(of_kind(one.faulty, kind, joined=True), [])
        yield [kind, found.faulty, found.seen, f"{found.recall:.2f}", ""]
    found = joining(one.faulty, one.faultless)
    yield ["**all**", found.faulty, found.seen, f"{found.recall:.2f}", f"{found.precision:.2f}"]
    yield ["none", found.faultless, found.doubted, "", ""]
    found = joining([], one.condensed)
    yield ["none, but things left out", found.faultless, found.doubted, "", ""]


def checks(tried: Sequence[PanelResults]) -> str:
    """How answers held against their sources alone ended as checked, with a fault and without."""
    head = ["answer beside its sources", "answers", *(panel.panel.name for panel in tried)]
    return table(head, _check_rows(tried))


def _check_rows(tried: Sequence[PanelResults]) -> Iterator[Sequence[object]]:
    faulty = [[check for check in panel.checks if check.kind] for panel in tried]
    for kind in KINDS:
        some = [[check for check in checks if check.kind == kind] for checks in faulty]
        if some[0]:
            yield [kind if kind in CONTENT else f"*{kind}*", len(some[0]), *map(_passed, some)]
    yield ["**all with a fault**", len(faulty[0]), *(f"**{_passed(checks)}**" for checks in faulty)]
    right = [[check for check in panel.checks if not check.kind] for panel in tried]
    for form in FORMS:
        some = [[check for check in checks if check.scenario.form == form] for checks in right]
        yield [
            f"without, {form}",
            len(some[0]),
            *(_percent([check.ending in CHECKED for check in item]) for item in some),
        ]
    yield ["without a fault", len(right[0]), *(_percent([check.ending in CHECKED for check in item]) for item in right)]


def _passed(some: Sequence[SourceCheck]) -> str:
    return _checked([check.ending for check in some])


def judges(tried: Sequence[PanelResults]) -> str:
    """What judges said of steps with a fault and without one."""
    head = ["judge", "faulty: approved", "refused", "abstained", "faultless: approved", "refused", "abstained", "right"]
    return table(head, map(_judge_row, tried))


def _judge_row(one: PanelResults) -> Sequence[object]:
    said = agreement([*one.faulty, *one.faultless])
    right = (said.refused_faulty + said.approved_faultless) / max(1, sum(said))
    return [one.panel.name, *said, f"{right:.2f}"]


def leaked(one: PanelResults) -> list[str]:
    """A line for each fault that ended as checked."""
    return [_leak(result) for result in leaks(one.faulty)]


def _leak(result: Result) -> str:
    fault = result.scenario.fault
    assert fault is not None
    where = "joined" if fault.part is None else f"step {fault.part + 1}"
    text = " ".join(fault.written.text.split())
    shown = text if len(text) <= LEAK_CHARACTERS else f"{text[: LEAK_CHARACTERS - 1]}…"
    found = () if fault.part is None else result.steps[fault.part].found
    return f"{fault.kind} ({where}, {result.scenario.text.language}) {result.ending}: {shown} {' / '.join(found)}"
