"""The fault matrix as the documentation tells it; `test_matrix.py` plays each cell and compares.

`python -m tests.faults.matrix` writes it into docs/reliability.md.
"""

from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias, get_args

DOCUMENT = Path(__file__).parents[2] / "docs" / "reliability.md"
BEGIN, END = "<!-- matrix: written by python -m tests.faults.matrix -->\n", "<!-- end of the matrix -->\n"

Moment: TypeAlias = Literal["before the first token", "mid-stream", "after the last token, before the store"]
MOMENTS: tuple[Moment, ...] = get_args(Moment)


class Cell(NamedTuple):
    """What comes of one fault at one moment."""

    sees: str
    stored: str


def _same(sees: str, stored: str) -> dict[Moment, Cell]:
    return dict.fromkeys(MOMENTS, Cell(sees, stored))


_RESUMED = "a resume repairs it exactly; `complete`, the whole text"
_ANEW = "a resume tells the message anew: `interrupted`"
_STORED = "`complete`, the whole text"
_LATER = "the whole text, `complete`, with the error `unavailable`; connection stays"
_WHOLE = Cell("the whole text, `complete`; connection stays", _STORED)

EXPECTED: dict[str, dict[Moment, Cell]] = {
    "client is cut": _same(f"connection lost; {_RESUMED}", _STORED),
    "client stalls": _same(f"closed with 4000, or reset; {_RESUMED}", _STORED),
    "daemon: kill -9": {
        MOMENTS[0]: Cell(f"connection lost; {_ANEW}, no text", "`interrupted`, no text"),
        MOMENTS[1]: Cell(f"connection lost; {_ANEW}, the text so far", "`interrupted`, the text so far"),
        MOMENTS[2]: Cell(f"connection lost; {_ANEW}, the whole text", "`interrupted`, the whole text"),
    },
    "daemon: SIGTERM": {
        MOMENTS[0]: Cell("no text, `interrupted`; closed with 1001", "`interrupted`, no text"),
        MOMENTS[1]: Cell("the text so far, `interrupted`; closed with 1001", "`interrupted`, the text so far"),
        MOMENTS[2]: Cell("the whole text, `complete`; closed with 1001", _STORED),
    },
    "upstream dies": {
        MOMENTS[0]: Cell("no text, `error` `upstream_error`; connection stays", "`error`, no text"),
        MOMENTS[1]: Cell("the text so far, `error` `upstream_error`; connection stays", "`error`, the text so far"),
        MOMENTS[2]: _WHOLE,
    },
    "upstream stalls": {
        MOMENTS[0]: Cell("no text, `error` `timeout`; connection stays", "`error`, no text"),
        MOMENTS[1]: Cell("the text so far, `error` `timeout`; connection stays", "`error`, the text so far"),
        MOMENTS[2]: _WHOLE,
    },
    "upstream sends garbage": {
        MOMENTS[0]: Cell("no text, `error` `upstream_error`; connection stays", "`error`, no text"),
        MOMENTS[1]: Cell("the text so far, `error` `upstream_error`; connection stays", "`error`, the text so far"),
        MOMENTS[2]: _WHOLE,
    },
    "database dies": _same(_LATER, f"once it is back: {_STORED}"),
    "disk full": _same(_LATER, f"once there is room: {_STORED}"),
}


KEPT: dict[str, Cell] = {
    "daemon: kill -9": Cell(f"connection lost; {_RESUMED}", _STORED),
    "the same, and the answer is cancelled once it is taken up": Cell(
        f"connection lost; {_RESUMED.replace('`complete`, the whole text', '`cancelled`, more text')}; the model stops",
        "`cancelled`, more text",
    ),
    "the same, and the model server is started again, too": Cell(
        f"connection lost; {_ANEW}, the text so far", "`interrupted`, the text so far"
    ),
    "daemon: SIGTERM": Cell(
        "`interrupted`, the text so far; closed with 1001; the model stops", "`interrupted`, the text so far"
    ),
    "daemon: SIGTERM, and another one uses the database": Cell(f"closed with 1001; {_RESUMED}", _STORED),
    "daemon: SIGTERM with `chat.handOver`, and another start": Cell(f"closed with 1001; {_RESUMED}", _STORED),
    "daemon: kill -9, while it answers a program that keeps its answer": Cell("connection lost", _STORED),
    "daemon: SIGTERM with `chat.handOver`, while it does": Cell("the text so far, `shutting_down`", _STORED),
}
"""The same of answers that a llama.cpp server keeps, in the middle of them; `test_taking_up.py` plays these."""


def table() -> str:
    """The matrix in Markdown."""
    lines = ["| fault | moment | the client sees | stored |", "|---|---|---|---|"]
    for fault, cells in EXPECTED.items():
        names = [fault, "", ""]
        lines += [
            f"| {name} | {moment} | {' | '.join(cells[moment])} |" for name, moment in zip(names, MOMENTS, strict=True)
        ]
    lines += [
        "",
        "Of an answer that a real llama.cpp server keeps, at any moment (`tests/faults/test_taking_up.py`):",
        "",
    ]
    lines += ["| fault | the client sees | stored |", "|---|---|---|"]
    lines += [f"| {fault} | {' | '.join(cell)} |" for fault, cell in KEPT.items()]
    return "\n".join(lines) + "\n"


def replaced(document: str) -> str:
    """The document with the matrix of now in it."""
    before, _, rest = document.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


if __name__ == "__main__":
    DOCUMENT.write_text(replaced(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
