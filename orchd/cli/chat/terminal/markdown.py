"""Markdown as lines for a terminal, by rich; what rich would leave out of a model's text stays in.

HTML, images and reference definitions are shown as they were written, since `List<str>` in an answer is text and a
link's address is worth seeing. Line breaks stay. Control characters are replaced before, so no escape sequence comes
from the text.
"""

from collections.abc import Iterable
from io import StringIO
from typing import ClassVar

from markdown_it import MarkdownIt
from markdown_it.token import Token
from rich import box
from rich.console import Console, ConsoleOptions, RenderResult
from rich.markdown import CodeBlock, Heading, Markdown, MarkdownElement, TableElement
from rich.style import Style
from rich.table import Table
from rich.text import Text
from rich.theme import Theme

_THEME = Theme(
    {
        "markdown.code": Style(color="cyan"),
        "markdown.code_block": Style(color="cyan"),
        "markdown.h1": Style(bold=True, underline=True),
        "markdown.h2": Style(bold=True, underline=True),
        "markdown.link_url": Style(color="blue", underline=True),
    }
)


class _Code(CodeBlock):
    """Code without a frame, a background or numbers, to be copied as it is; the terminal breaks its long lines."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Text(str(self.text).rstrip("\n"), style="markdown.code_block", overflow="fold")


class _Heading(Heading):
    """A heading at the left, without a box."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        self.text.justify = "left"
        yield self.text


class _Table(TableElement):
    """A table that breaks a long word rather than cutting it off."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, collapse_padding=True)
        if self.header is not None and self.header.row is not None:
            for column in self.header.row.cells:
                table.add_column(column.content.copy(), justify=column.justify, overflow="fold")
        if self.body is not None:
            for row in self.body.rows:
                table.add_row(*(cell.content for cell in row.cells))
        yield table


class _Answer(Markdown):
    elements: ClassVar[dict[str, type[MarkdownElement]]] = Markdown.elements | {
        "fence": _Code,
        "code_block": _Code,
        "heading_open": _Heading,
        "table_open": _Table,
    }

    def __init__(self, tokens: list[Token]) -> None:
        super().__init__("", hyperlinks=False)
        self.parsed = tokens


class Formatter:
    """Formats Markdown for a terminal of any width."""

    def __init__(self, *, colours: bool = True) -> None:
        self._parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
        self._parser.disable(["reference", "image"])
        self._console = Console(
            file=StringIO(),
            force_terminal=True,
            color_system="standard" if colours else None,
            theme=_THEME,
            highlight=False,
            emoji=False,
            markup=False,
            legacy_windows=False,
            _environ={},
        )

    def lines(self, text: str, columns: int) -> list[str]:
        """The formatted lines, each at most `columns` wide."""
        lines = self._render(_Answer(list(_with_breaks(self._parser.parse(text)))), columns)
        return lines[next((index for index, line in enumerate(lines) if line), len(lines)) :]

    def code(self, text: str, columns: int) -> list[str]:
        """A line of code in its colour, on as many lines as it takes."""
        return self._render(Text(text, style="markdown.code_block", overflow="fold", tab_size=8), columns)

    def dim(self, text: str, columns: int) -> list[str]:
        """Text beside the answer, as it is."""
        return self._render(Text(text, style="dim", overflow="fold", tab_size=8), columns)

    def plain(self, text: str, columns: int) -> list[str]:
        """Text beside the answer that is to be seen."""
        return self._render(Text(text, overflow="fold", tab_size=8), columns)

    def _render(self, renderable: Markdown | Text, columns: int) -> list[str]:
        with self._console.capture() as capture:
            self._console.print(renderable, width=max(columns, 4))
        return [_without_padding(line) for line in capture.get().removesuffix("\n").split("\n")]


def _with_breaks(tokens: Iterable[Token]) -> Iterable[Token]:
    for token in tokens:
        for child in token.children or ():
            if child.type == "softbreak":
                child.type = "hardbreak"
        yield token


def _without_padding(line: str) -> str:
    """The line without the spaces at its end, which may stand before codes that end a style."""
    codes = ""
    while line.endswith("m") and (at := line.rfind("\x1b[")) >= 0 and not line[at + 2 : -1].strip("0123456789;"):
        line, codes = line[:at], line[at:] + codes
    return line.rstrip(" ") + codes
