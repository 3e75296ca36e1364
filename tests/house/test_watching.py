"""The example dashboard and the rules for alerts name metrics and labels that there are."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from orchd.metrics.families import FAMILIES
from tests.house.source import ROOT

DASHBOARD = ROOT / "packaging" / "grafana" / "orchd.json"
RULES = ROOT / "packaging" / "prometheus" / "orchd.rules.yml"

SCRAPE_LABELS = {"instance", "job"}
"""What Prometheus itself adds."""
SUFFIXES = {"counter": ("_total",), "gauge": ("",), "info": ("_info",), "histogram": ("_bucket", "_count", "_sum")}
PROCESS = ("process_cpu_seconds_total", "process_resident_memory_bytes", "process_open_fds", "process_max_fds")
BUILD_LABELS = {"version", "protocol", "python"}

KNOWN: dict[str, set[str]] = {name: set() for name in ("up", *PROCESS)}
for _family in FAMILIES:
    for _suffix in SUFFIXES[_family.kind]:
        KNOWN[_family.name + _suffix] = {*_family.labels, *({"le"} if _suffix == "_bucket" else ())}
KNOWN["orchd_build_info"] |= BUILD_LABELS

METRIC = re.compile(r"\b((?:orchd|process)_[a-z_]+|up)\b(?:\{([^}]*)\})?")
MATCHER = re.compile(r'([a-z_]+)\s*(?:=~|!~|!=|=)\s*"')
GROUPED = re.compile(r"\b(?:by|without)\s*\(([^)]*)\)")
SHOWN = re.compile(r"\{\{\s*(?:\$labels\.)?([a-z_]+)\s*\}\}")


def wrong_in(expression: str, *texts: str) -> Iterator[str]:
    """Yield what an expression names that isn't there, and what texts show that it doesn't give."""
    found = METRIC.findall(expression)
    if not found:
        yield f"no metric in {expression}"
    there = set(SCRAPE_LABELS)
    for name, matchers in found:
        if name not in KNOWN:
            yield f"{name} is no metric"
            continue
        there |= KNOWN[name]
        for label in MATCHER.findall(matchers):
            if label not in KNOWN[name] | SCRAPE_LABELS:
                yield f"{name} has no label {label}"
    grouped = {label.strip() for group in GROUPED.findall(expression) for label in group.split(",") if label.strip()}
    yield from (f"{label} is no label of {expression}" for label in grouped - there)
    given = (grouped or there) - {"le"}
    shown = {label for text in texts for label in SHOWN.findall(text)}
    yield from (f"{expression} gives no {label} to show" for label in shown - given)


def alerts() -> list[dict[str, Any]]:
    """Return the rules."""
    groups = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    """Return what the dashboard shows."""
    found = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
    return [panel for panel in found if panel["type"] != "row"]


@pytest.mark.parametrize("rule", alerts(), ids=lambda rule: rule["alert"])
def test_an_alert_is_about_what_there_is(rule: dict[str, Any]) -> None:
    texts = list(rule["annotations"].values())
    assert not list(wrong_in(rule["expr"], *texts))
    assert rule["labels"]["severity"] in ("warning", "critical")
    assert rule["annotations"]["summary"]
    assert re.fullmatch(r"Orchd[A-Za-z]+", rule["alert"])


@pytest.mark.parametrize("panel", panels(), ids=lambda panel: panel["title"])
def test_a_panel_shows_what_there_is(panel: dict[str, Any]) -> None:
    assert panel["targets"]
    for target in panel["targets"]:
        assert not list(wrong_in(target["expr"], target["legendFormat"]))
        assert target["datasource"]["uid"] == "${datasource}", "everybody's own Prometheus"


def test_panels_lie_side_by_side_and_have_numbers_of_their_own() -> None:
    everything = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
    assert len({panel["id"] for panel in everything}) == len(everything)
    taken: set[tuple[int, int]] = set()
    for place in (panel["gridPos"] for panel in everything):
        assert place["x"] + place["w"] <= 24
        cells = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
        assert not cells & taken
        taken |= cells


def test_every_family_is_shown() -> None:
    shown = {name for panel in panels() for target in panel["targets"] for name, _ in METRIC.findall(target["expr"])}
    missing = [each.name for each in FAMILIES if not {each.name + suffix for suffix in SUFFIXES[each.kind]} & shown]
    assert not missing


def test_what_is_wrong_is_found() -> None:
    assert list(wrong_in("orchd_nonsense > 1")) == ["orchd_nonsense is no metric"]
    assert list(wrong_in('orchd_ready{backend="x"} == 0')) == ["orchd_ready has no label backend"]
    assert list(wrong_in("sum by (model) (orchd_connections)")) == [
        "model is no label of sum by (model) (orchd_connections)"
    ]
    assert list(wrong_in("sum by (code) (orchd_errors_total)", "{{ $labels.instance }}")) == [
        "sum by (code) (orchd_errors_total) gives no instance to show"
    ]
    assert list(wrong_in("1 + 1")) == ["no metric in 1 + 1"]
    assert not list(wrong_in('rate(orchd_queue_wait_seconds_bucket{priority="chat", le="1.0"}[5m])', "{{backend}}"))
