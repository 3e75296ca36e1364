"""What is drawn: everything that is known, in as much room as there is, and no trick of a name."""

import re
from typing import Any

import pytest
import wcwidth

from orchd.cli.top.overview import Overview
from orchd.cli.top.view import HEAD, PLAIN, lines

ITEM: dict[str, Any] = {
    "backend": "box",
    "model": "qwen\x1b[2J",
    "state": "running",
    "priority": "chat",
    "user": "ana",
    "conversation": None,
    "elapsedMs": 61_000,
    "position": None,
    "etaMs": None,
    "why": None,
    "tokens": 1_234,
}
WAITING = ITEM | {"state": "waiting", "tokens": None, "position": 1, "etaMs": 4_000, "why": "slots", "model": "glm"}
SERVER = {"name": "box", "ok": True, "models": 3, "reason": None, "simulated": False, "known": True}
METRICS: dict[str, Any] = {
    "cpu": {"usage": 12.4, "load": [0.5, 0.25, 0.125]},
    "memory": {"total": 16_000_000_000, "used": 4_000_000_000},
    "gpus": [
        {"vendor": "nvidia", "model": "RTX", "usage": 55, "vramTotal": 24e9, "vramUsed": 8e9, "temperature": 61.0},
        {"vendor": "amd", "model": None, "usage": None, "vramTotal": None, "vramUsed": None, "temperature": None},
    ],
    "daemon": {"uptimeSeconds": 7_300, "connections": 3, "rssBytes": 80_000_000, "tokensPerSecond": 20.25},
}
TASK = {"id": 7, "status": "executing", "waitsFor": None, "completed": 2, "subtasks": 5, "title": "Write a poem"}
FULL = Overview(
    {"server": {"name": "orchd", "version": "1.0"}, "user": "ana"},
    queue=[ITEM, WAITING],
    backends=[SERVER, SERVER | {"name": "gone", "ok": False, "reason": "refused", "models": 0}],
    metrics=METRICS,
    tasks=[TASK],
    rates=[20.24, None],
)


def test_all_that_is_known() -> None:
    shown = lines(FULL)
    assert shown[0] == "orchd 1.0   up 2 h   3 connections   memory 80 MB"
    assert shown[1] == "processor 12 %   load 0.50 0.25 0.12   memory 4.0 GB of 16 GB"
    assert shown[2:4] == ["RTX   55 %   memory 8.0 GB of 24 GB   61 °C", "amd"]
    assert shown[4] == "20.2 tokens/s   1 running   1 waiting"
    text = "\n".join(shown)
    assert re.search(r"qwen�\[2J +box +running +chat +1 234 +20\.2 +1 min", text)
    assert re.search(r"glm +box +waiting +chat +61\.0 s|glm +box +waiting +chat +1 min +1 +4\.0 s +a free slot", text)
    assert re.search(r"box +ok +3 +1 +1", text)
    assert re.search(r"gone +away +0 +0 +0 +refused", text)
    assert re.search(r"7 +executing +2/5 +Write a poem", text)
    assert "\x1b" not in text


def test_what_isnt_known_is_left_out() -> None:
    assert lines(Overview({})) == ["orchd", "0 running   0 waiting"]
    lost = lines(Overview({}, lost="it\nwent"))
    assert lost[1] == "no connection: it went; trying again"


@pytest.mark.parametrize("rows", [1, 5, 8, 12, 24, 60])
@pytest.mark.parametrize("columns", [20, 40, 80, 200])
def test_it_fits(columns: int, rows: int) -> None:
    crowded = FULL._replace(queue=[ITEM] * 40, tasks=[TASK] * 30)
    shown = lines(crowded, columns, rows)
    assert len(shown) <= rows
    assert all(wcwidth.width(line) <= columns for line in shown if not line.startswith("MODEL"))
    if rows >= 24:
        assert any(re.match(r"… and \d+ more", line) for line in shown), "it says that there is more"
        assert any("box" in line for line in shown)


def test_heads_are_bold_where_that_is_wanted() -> None:
    coloured = lines(FULL, 80, 24, coloured=True)
    assert [line for line in coloured if "\x1b" in line]
    assert all(line.startswith(HEAD) and line.endswith(PLAIN) for line in coloured if "\x1b" in line)
    assert [line.replace(HEAD, "").replace(PLAIN, "") for line in coloured] == lines(FULL, 80, 24)
