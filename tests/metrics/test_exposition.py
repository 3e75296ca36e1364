"""The text of the metrics, read again by the official parsers."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import parser
from prometheus_client.openmetrics import parser as openmetrics

from orchd.metrics.exposition import LONGEST_LABEL, Metrics, to_metric, wants_open_metrics
from orchd.metrics.families import FAMILIES
from orchd.metrics.readings import Scrape, Sources
from orchd.telemetry.figures import MOST_COUNTS
from tests.metrics.sources import make_sources

OPEN = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"


def parse(text: bytes, *, is_open: bool = True) -> dict[str, Any]:
    """Return the families of a text by name."""
    families = (openmetrics if is_open else parser).text_string_to_metric_families(text.decode())
    return {family.name: family for family in families}


def fill(sources: Sources) -> None:
    """Note something of everything."""
    figures = sources.rooms.figures
    figures.sockets.frames_in.add(("chat:send",), 3)
    figures.sockets.errors.add(("busy",))
    figures.sockets.closed.add(("1000",))
    figures.sockets.pages.add(("200",))
    figures.sockets.requests.note(0.02)
    figures.models.waits.of(("box", "chat")).note(1.5)
    for histograms in (figures.models.loads, figures.models.first, figures.models.gaps):
        histograms.of(("box",)).note(0.03)
    for tallies in (figures.models.attempts, figures.models.tokens_in, figures.models.tokens_out):
        tallies.add(("box", "x"), 40)
    figures.storage.seconds.of(("read",)).note(0.001)
    figures.storage.failures.add(("read", "unavailable"))
    sources.rooms.troubles.note_failure("journal", "away")


@pytest.mark.parametrize("is_open", [True, False])
async def test_every_family_is_there_and_can_be_read(is_open: bool) -> None:
    sources = make_sources()
    fill(sources)
    content_type, text = await Metrics(sources).expose(OPEN if is_open else "")
    assert content_type.startswith("application/openmetrics-text; version=1.0.0" if is_open else "text/plain; version")
    found = parse(text, is_open=is_open)
    for family in FAMILIES:
        name = family.name + "_info" if family.kind == "info" and not is_open else family.name
        assert found[name].samples, f"{family.name}: each has a sample here"
        labels = {label for sample in found[name].samples for label in sample.labels} - {"le", "version"}
        assert labels == set(family.labels)
    assert found["process_resident_memory_bytes"].samples[0].value > 0
    (wait,) = [each for each in found["orchd_queue_wait_seconds"].samples if each.name.endswith("_count")]
    assert (wait.labels, wait.value) == ({"backend": "box", "priority": "chat"}, 1)


async def test_whoever_may_use_some_models_only_is_told_of_none() -> None:
    sources = make_sources()
    fill(sources)
    text = (await Metrics(sources).expose(OPEN, models=False)).text
    assert b'model="' not in text
    assert b'backend="box"' in text


@given(st.lists(st.text(st.characters(), max_size=200), min_size=1))
def test_whatever_servers_call_their_models_the_text_can_be_read(names: list[str]) -> None:
    sources = make_sources()
    for name in names:
        sources.rooms.figures.models.tokens_in.add(("box", name), 1)
    (family,) = [family for family in FAMILIES if family.name == "orchd_prompt_tokens"]
    metric = to_metric(family, Scrape(*sources, {}, True))
    from prometheus_client import generate_latest

    class One:
        def collect(self) -> list[Any]:
            return [metric]

    found = parse(generate_latest(One()), is_open=False)["orchd_prompt_tokens"].samples
    assert sum(sample.value for sample in found) == len(names)
    assert all(len(sample.labels["model"]) <= LONGEST_LABEL * len("\\U0010ffff") for sample in found)


async def test_hostile_names_make_only_so_many_series() -> None:
    sources = make_sources()
    figures = sources.rooms.figures
    for number in range(5_000):
        figures.models.tokens_out.add((f"server {number % 100}", f"model {number}"), 1)
        figures.models.waits.of((f"server {number}", "chat")).note(1)
        figures.models.attempts.add((f"server {number}", "ok"))
    found = parse((await Metrics(sources).expose(OPEN)).text)
    assert len(found["orchd_completion_tokens"].samples) == MOST_COUNTS + 1
    assert sum(sample.value for sample in found["orchd_completion_tokens"].samples) == 5_000
    assert sum(len(family.samples) for family in found.values()) < 3_000


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("", False),
        ("*/*", False),
        ("text/plain;version=0.0.4", False),
        (OPEN, True),
        ("text/html, Application/OpenMetrics-Text; version=no-number", True),
        ("application/openmetrics-text-2", False),
    ],
)
def test_what_somebody_wants(accept: str, wanted: bool) -> None:
    assert wants_open_metrics(accept) is wanted
