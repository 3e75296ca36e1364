"""How it looks: lines for a screen of some size. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from orchd.cli.reply import JsonObject
from orchd.cli.showing import clip, count_of, group_digits, one_line, size, span, table
from orchd.cli.top.overview import Overview

_WHY = {"slots": "a free slot", "loading": "its model", "other_model": "another model", "turn": "its turn"}
HEAD = "\x1b[1m"
PLAIN = "\x1b[0m"


def lines(seen: Overview, columns: int | None = None, rows: int | None = None, *, coloured: bool = False) -> list[str]:
    """Return what fits into so many columns and rows: the daemon and its machine first, then what runs, the model
    servers, and tasks. `coloured`: with bold heads."""
    sections = [_requests(seen, columns), _servers(seen, columns), _tasks(seen, columns)]
    found = _fit(_about(seen), [section for section in sections if section], rows)
    heads = {section[0] for section in sections if section}
    shown = [line if columns is None else clip(line, columns) for line in found]
    return [f"{HEAD}{line}{PLAIN}" if coloured and line in heads else line for line in shown]


def _fit(top: list[str], sections: list[list[str]], rows: int | None) -> list[str]:
    """Put them below one another. Where there is not enough room the longest sections give way, and say how much."""
    lengths = [len(section) for section in sections]
    room = None if rows is None else rows - len(top) - len(sections)
    while room is not None and sum(lengths) > room and max(lengths, default=0) > 2:
        longest = lengths.index(max(lengths))
        lengths[longest] -= 1
    found = list(top)
    for section, length in zip(sections, lengths, strict=True):
        found.append("")
        if length < len(section):
            found += [*section[: length - 1], f"… and {len(section) - length + 1} more"]
        else:
            found += section
    return found if rows is None else found[:rows]


def _about(seen: Overview) -> list[str]:
    server = seen.session.get("server") or {}
    metrics = seen.metrics or {}
    daemon: Mapping[str, Any] = metrics.get("daemon") or {}
    first = [one_line(f"{server.get('name', 'orchd')} {server.get('version', '')}")]
    if daemon:
        first.append(f"up {span(daemon['uptimeSeconds'] * 1000)}")
        first.append(count_of(daemon["connections"] or 0, "connection"))
        first.append(f"memory {size(daemon['rssBytes'])}" if daemon["rssBytes"] is not None else "")
    found = ["   ".join(part for part in first if part)]
    if seen.lost is not None:
        found.append(f"no connection: {one_line(seen.lost)}; trying again")
    if metrics:
        found.append(_machine(metrics))
        found += _cards(metrics["gpus"])
    found.append(_work(seen, daemon))
    return found


def _machine(metrics: JsonObject) -> str:
    cpu, memory = metrics["cpu"], metrics["memory"]
    parts = [f"processor {_percent(cpu['usage'])}"]
    if cpu["load"] is not None:
        parts.append("load " + " ".join(f"{each:.2f}" for each in cpu["load"]))
    if memory["total"] is not None and memory["used"] is not None:
        parts.append(f"memory {size(memory['used'])} of {size(memory['total'])}")
    return "   ".join(parts)


def _cards(cards: Sequence[JsonObject]) -> list[str]:
    return [
        "   ".join(
            part
            for part in (
                one_line(card["model"] or card["vendor"]),
                _percent(card["usage"]),
                f"memory {size(card['vramUsed'])} of {size(card['vramTotal'])}" if card["vramTotal"] else "",
                f"{card['temperature']:.0f} °C" if card["temperature"] is not None else "",
            )
            if part
        )
        for card in cards
    ]


def _work(seen: Overview, daemon: Mapping[str, Any]) -> str:
    queue = seen.queue or []
    waiting = sum(item["state"] == "waiting" for item in queue)
    rate = daemon.get("tokensPerSecond")
    parts = [
        "" if rate is None else f"{rate:.1f} tokens/s",
        f"{group_digits(len(queue) - waiting)} running",
        f"{group_digits(waiting)} waiting",
    ]
    return "   ".join(part for part in parts if part)


def _requests(seen: Overview, columns: int | None) -> list[str]:
    if not seen.queue:
        return []
    rates = [*seen.rates, *([None] * len(seen.queue))]
    rows = [
        (
            item["model"],
            item["backend"],
            item["state"],
            item["priority"],
            "" if item.get("tokens") is None else group_digits(item["tokens"]),
            "" if rates[at] is None else f"{rates[at]:.1f}",
            span(item["elapsedMs"]),
            item["position"],
            span(item["etaMs"]),
            _WHY.get(item["why"], item["why"]),
        )
        for at, item in enumerate(seen.queue)
    ]
    heads = ("MODEL", "SERVER", "STATE", "FOR", "TOKENS", "TOKENS/S", "SINCE", "PLACE", "STILL ABOUT", "WAITS FOR")
    return table(heads, rows, columns, right=("TOKENS", "TOKENS/S", "SINCE", "PLACE", "STILL ABOUT"))


def _servers(seen: Overview, columns: int | None) -> list[str]:
    known = [each for each in seen.backends or [] if each["ok"] or each.get("known", True)]
    if not known:
        return []
    queue = seen.queue or []
    rows = [
        (
            each["name"],
            "ok" if each["ok"] else "away",
            group_digits(each["models"]),
            sum(item["backend"] == each["name"] and item["state"] != "waiting" for item in queue),
            sum(item["backend"] == each["name"] and item["state"] == "waiting" for item in queue),
            each["reason"] or ("simulated" if each["simulated"] else ""),
        )
        for each in known
    ]
    heads = ("MODEL SERVER", "STATE", "MODELS", "RUNNING", "WAITING", "REASON")
    return table(heads, rows, columns, right=("MODELS", "RUNNING", "WAITING"))


def _tasks(seen: Overview, columns: int | None) -> list[str]:
    if not seen.tasks:
        return []
    rows = [
        (
            item["id"],
            item["status"] + (f" ({item['waitsFor']})" if item["waitsFor"] else ""),
            f"{item['completed']}/{item['subtasks']}",
            item["title"],
        )
        for item in seen.tasks
    ]
    return table(("TASK", "STATE", "DONE", "TITLE"), rows, columns, right=("TASK", "DONE"))


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.0f} %"
