"""Lines that stay and lines that are drawn anew, on the screen of a terminal."""

import pyte
from hypothesis import given, settings
from hypothesis import strategies as st

from orchd.cli.chat.terminal.painter import Painter, terminal_size
from tests.examples import examples

COLUMNS, LINES = 12, 6
LINE = st.text(st.sampled_from("abc "), max_size=COLUMNS).map(str.rstrip)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("draw"), st.lists(LINE, max_size=9)),
        st.tuples(st.just("keep"), st.lists(LINE, max_size=4)),
        st.tuples(st.just("clear"), st.just([])),
    ),
    max_size=12,
)


class Paper:
    """A terminal, and all rows that it has shown."""

    def __init__(self) -> None:
        self.screen = pyte.HistoryScreen(COLUMNS, LINES, history=1_000)
        self.stream = pyte.Stream(self.screen)
        self.written = ""

    def write(self, text: str) -> None:
        self.written += text
        self.stream.feed(text)

    @property
    def rows(self) -> list[str]:
        above = ["".join(row[at].data for at in range(COLUMNS)) for row in self.screen.history.top]
        rows = [row.rstrip() for row in [*above, *self.screen.display]]
        while rows and not rows[-1]:
            rows.pop()
        return rows


@settings(max_examples=examples(40))
@given(STEPS)
def test_the_screen_has_what_was_kept_and_what_is_drawn(steps: list[tuple[str, list[str]]]) -> None:
    paper = Paper()
    painter = Painter(paper.write, lambda: (COLUMNS, LINES))
    kept: list[str] = []
    drawn: list[str] = []
    for step, lines in steps:
        if step == "draw":
            painter.draw(lines)
            drawn = lines[-(LINES - 1) :]
        elif step == "keep":
            painter.keep(lines)
            kept += lines
        else:
            painter.clear()
            drawn = []
        wanted = [*kept, *drawn]
        while wanted and not wanted[-1]:
            wanted.pop()
        assert paper.rows == wanted


def test_only_what_differs_is_written() -> None:
    paper = Paper()
    painter = Painter(paper.write, lambda: (COLUMNS, LINES))
    painter.draw(["first", "second"])
    paper.written = ""
    painter.draw(["first", "second"])
    assert paper.written == ""
    painter.draw(["first", "second!"])
    assert "first" not in paper.written
    painter.draw(["first", "second!", "third"])
    assert paper.written.count("second!") == 1


def test_a_narrower_terminal_has_broken_the_lines() -> None:
    paper, size = Paper(), [COLUMNS, LINES]
    painter = Painter(paper.write, lambda: (size[0], size[1]))
    painter.draw(["0123456789", "x"])
    size[0] = 5
    paper.written = ""
    painter.draw(["01234"])
    assert paper.written.startswith("\r\x1b[2A\x1b[J")
    assert painter.columns == 5


def test_a_terminal_has_some_size() -> None:
    columns, lines = terminal_size()
    assert columns >= 4
    assert lines >= 3
