"""The line finder against texts whose lines the test itself has counted."""

import json
import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.config.lines import Path, find_lines, line_of

bare = st.text("abcXYZ019_-", min_size=1, max_size=6)
quoted = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=6)
names = st.one_of(bare, quoted)
space = st.sampled_from(["", " ", "\t", "  "])
noise = st.sampled_from(["", "\n", "# [no.header] = 1\n", "  # k = '''\n", "\r\n", "\t\n\n"])
scalars = st.sampled_from(
    [
        "1",
        "-1_000",
        "true",
        "1979-05-27 07:32:00",
        "1979-05-27T07:32:00Z",
        "nan",
        "0x1F",
        '"plain"',
        '"a # b = [c] \\" \\\\"',
        "'c:\\dir # {'",
        '""',
        "''",
        '"""one\ntwo = 2\n[three] "" \\""""',
        '"""quotes at the end"""""',
        "'''\nraw = \\ ''\n[x]\n'''",
        "''''two''''",
        '"""\\\n   folded"""',
    ]
)


class Writer:
    """Writes TOML and notes on which line each path is named first."""

    def __init__(self) -> None:
        self.text = ""
        self.lines: dict[Path, int] = {}

    def note(self, path: Path) -> None:
        self.lines.setdefault(path, self.text.count("\n") + 1)

    def key(self, draw: Any, name: str) -> None:
        plain = name != "" and all(letter in "abcXYZ019_-" for letter in name)
        literal_fits = "'" not in name
        form = draw(st.sampled_from(["bare"] * plain + ["basic"] + ["literal"] * literal_fits))
        shown = json.dumps(name, ensure_ascii=draw(st.booleans()) and name.isascii())
        self.text += {"bare": name, "basic": shown, "literal": f"'{name}'"}[form]

    def value(self, draw: Any, path: Path, depth: int) -> None:
        kind = draw(st.sampled_from(["scalar", "scalar", "array", "table"] if depth else ["scalar"]))
        if kind == "scalar":
            self.text += draw(scalars)
        elif kind == "array":
            self.array(draw, path, depth)
        else:
            self.inline(draw, path, depth)

    def array(self, draw: Any, path: Path, depth: int) -> None:
        self.text += "["
        count = draw(st.integers(0, 3))
        for index in range(count):
            self.text += draw(noise) + draw(space)
            self.note((*path, index))
            self.value(draw, (*path, index), depth - 1)
            self.text += draw(space) + ("," if index < count - 1 or draw(st.booleans()) else "")
        self.text += draw(noise) + "]"

    def inline(self, draw: Any, path: Path, depth: int) -> None:
        self.text += "{"
        for index, name in enumerate(draw(st.lists(names, max_size=3, unique=True))):
            self.text += ("," if index else "") + draw(space)
            self.pair(draw, path, [name], depth - 1)
            self.text += draw(space)
        self.text += "}"

    def pair(self, draw: Any, table: Path, dotted: list[str], depth: int) -> None:
        for index, name in enumerate(dotted):
            self.note((*table, *dotted[: index + 1]))
            if index:
                self.text += draw(space) + "." + draw(space)
            self.key(draw, name)
        self.text += draw(space) + "=" + draw(space)
        self.value(draw, (*table, *dotted), depth)


@st.composite
def documents(draw: Any) -> Writer:
    """A document of tables, arrays of tables and pairs; each header's first name is used once, so that it is valid."""
    writer = Writer()
    body(draw, writer, ())
    for top in draw(st.lists(names, max_size=4, unique=True)):
        if (top,) in writer.lines:
            continue
        if draw(st.booleans()):
            header(draw, writer, [top, *draw(st.lists(names, max_size=2))])
        else:
            for index in range(draw(st.integers(1, 3))):
                array_item(draw, writer, top, index)
    return writer


def header(draw: Any, writer: Writer, dotted: list[str], index: int | None = None) -> None:
    left, right = ("[", "]") if index is None else ("[[", "]]")
    writer.text += draw(noise) + draw(space)
    for end in range(1, len(dotted) + 1):
        writer.note(tuple(dotted[:end]))
    if index is not None:
        writer.note((*dotted, index))
    writer.text += left + draw(space)
    for place, name in enumerate(dotted):
        writer.text += "." + draw(space) if place else ""
        writer.key(draw, name)
        writer.text += draw(space)
    writer.text += right + draw(space) + "# comment\n"
    body(draw, writer, tuple(dotted) if index is None else (*dotted, index))


def array_item(draw: Any, writer: Writer, top: str, index: int) -> None:
    header(draw, writer, [top], index)
    if draw(st.booleans()) and (top, index, "sub") not in writer.lines:
        writer.note((top, index, "sub"))
        writer.text += "["
        writer.key(draw, top)
        writer.text += ".sub]\n"
        body(draw, writer, (top, index, "sub"))


def body(draw: Any, writer: Writer, table: Path) -> None:
    for name in draw(st.lists(names, max_size=3, unique=True)):
        writer.text += draw(noise) + draw(space)
        writer.pair(draw, table, [name, *draw(st.lists(names, max_size=2))], 3)
        writer.text += draw(space) + draw(st.sampled_from(["\n", " # end\n", "\r\n"]))


@given(documents())
def test_each_key_has_the_line_it_was_written_on(writer: Writer) -> None:
    tomllib.loads(writer.text)
    assert find_lines(writer.text) == writer.lines


def test_headers_dotted_keys_and_arrays_of_tables() -> None:
    lines = find_lines("a.b = 1\n[c.d]\ne = 2\n[[f]]\ng = 3\n[[f]]\ng = 4\n[f.h]\ni = 5\n[[f.j]]\nk = 6\n")
    assert lines == {
        ("a",): 1,
        ("a", "b"): 1,
        ("c",): 2,
        ("c", "d"): 2,
        ("c", "d", "e"): 3,
        ("f",): 4,
        ("f", 0): 4,
        ("f", 0, "g"): 5,
        ("f", 1): 6,
        ("f", 1, "g"): 7,
        ("f", 1, "h"): 8,
        ("f", 1, "h", "i"): 9,
        ("f", 1, "j"): 10,
        ("f", 1, "j", 0): 10,
        ("f", 1, "j", 0, "k"): 11,
    }


@pytest.mark.parametrize(
    ("path", "line"), [(("a", "b"), 2), (("a", "missing"), 1), (("a", "b", "deeper"), 2), (("none",), 1)]
)
def test_what_has_no_line_takes_that_of_what_is_around_it(path: Path, line: int) -> None:
    assert line_of(find_lines("[a]\nb = 1\n"), path) == line
