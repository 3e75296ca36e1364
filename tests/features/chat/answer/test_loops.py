"""The loop breaker: exact where there is a loop, silent on texts that only look like one."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchd.config import Settings
from orchd.features.chat.answer.loops import FEWEST_REPEATS, MAX_PERIOD, MIN_CHARACTERS, MIN_REPEATS, LoopDetector
from tests.examples import examples

TOKEN = 4
"""Characters a token, as English has it."""

LOREM = (
    "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore et dolore "
    "magna aliqua. Ut enim ad minim veniam, quis nostrud exercitation ullamco laboris nisi ut aliquip ex ea commodo "
    "consequat. Duis aute irure dolor in reprehenderit in voluptate velit esse cillum dolore eu fugiat nulla.\n"
)

SAMPLES = {
    # Single characters and rulers
    "rulers": ("-" * 80 + "\n" + "=" * 80 + "\n") * 20,
    "ruler as wide as a poster": "-" * 500,
    "blank lines": "one\n" + "\n" * 200 + "two",
    "spaces of a padded cell": "| a |" + " " * 2_000 + "|",
    "base64 of zeros": "data:image/png;base64," + "A" * 4_000 + "==",
    "a thousand a": "a" * 1_000,
    "an endless scream": "A" + "a" * 3_000 + "rgh" + "!" * 1_000,
    "underscores to write on": ("Name: " + "_" * 60 + "\n") * 30,
    "ellipses": "." * 3_000,
    "progress bar": "".join(f"[{'#' * i}{' ' * (100 - i)}]\r" for i in range(101)),
    # Words and sentences
    "ten words": "word " * 10,
    "ha ha": "ha " * 1_500,
    "row, row, row": "row, " * 500 + "your boat",
    "fifty times on request": "All work and no play makes Jack a dull boy.\n" * 50,
    "a hundred lines as a punishment": "I will not throw paper planes while the teacher talks.\n" * 100,
    "a hundred numbered lines": "".join(f"{i}. I will not talk in class, ever again, I promise.\n" for i in range(200)),
    "lorem ipsum twice": LOREM * 2,
    "lorem ipsum ten times": LOREM * 10,
    "page of filler, ten copies": (LOREM * 2 + "Dolor.\n\n" + LOREM * 2 + "Amet.\n\n") * 10,
    "ten invitations to cut out": ("INVITATION\n\n" + LOREM.replace("Lorem", "You") * 5 + "-" * 80 + "\n") * 10,
    "refrain between verses": "".join(f"Verse {i}\n{LOREM}\nRefrain!\n" * 2 for i in range(50)),
    "counting": " ".join(str(i) for i in range(5_000)),
    "counting down by bottles": "".join(f"{i} bottles on the wall, {i} bottles.\n" for i in range(999, 0, -1)),
    "counting modulo ten": "0123456789" * 300,
    "the alphabet": "abcdefghijklmnopqrstuvwxyz " * 100,
    "emoji": "🎉" * 500,
    "prayer wheel": "嗡嘛呢叭咪吽 " * 108 * 6,
    # Numbers
    "zeros": "0, " * 1_000,
    "zero matrix 20 x 20": ("    [" + "0, " * 19 + "0],\n") * 20,
    "zero matrix 40 x 40": ("[" + "0, " * 39 + "0],\n") * 40,
    "digit image 28 x 28 of floats": ("[" + "0.0, " * 27 + "0.0],\n") * 28,
    "identity matrix 64 x 64": "".join(" ".join("1" if i == j else "0" for j in range(64)) + "\n" for i in range(64)),
    "bytes in C": ("    " + "0x00, " * 16 + "\n") * 32,
    "hex dump of zeros": "".join(f"{i:08x}: {'0000 ' * 8} ................\n" for i in range(0, 16_384, 16)),
    "hex dump with one address": ("*: " + "0000 " * 8 + "\n") * 100,
    "a third": "0." + "3" * 3_000,
    "one seventh": "0." + "142857" * 500,
    "binary zeros": ("00000000 " * 8 + "\n") * 50,
    "csv of zeros": "a,b,c,d\n" + "0,0,0,0\n" * 500,
    "dna repeats": "CAG" * 1_500,
    # Code and markup
    "assignments in a row": "".join(f"    self.field_{i:02} = None\n" for i in range(400)),
    "equal statements": "    step();\n" * 300,
    "closing brackets": "".join("  " * i + "}\n" for i in range(120, 0, -1)),
    "closing tags": "</div>" * 200,
    "equal objects": '  {"id": null, "name": "", "tags": [], "owner": {"id": null, "mail": ""}, "active": false},\n'
    * 20,
    "equal objects over many lines": '  {\n    "name": "test",\n    "value": 0,\n    "children": []\n  },\n' * 50,
    "inserts with numbers": "".join(f"INSERT INTO t (id, a, b) VALUES ({i}, 0, NULL);\n" for i in range(500)),
    "table separator": "|" + " --- |" * 200 + "\n",
    "empty table": "| a | b | c | d |\n| --- | --- | --- | --- |\n" + "|   |   |   |   |\n" * 200,
    "empty html table": "<tr><td></td><td></td><td></td><td></td><td></td></tr>\n" * 50,
    "check boxes": "- [ ] \n" * 200,
    "chess board": ("+---" * 8 + "+\n" + "|   " * 8 + "|\n") * 8,
    "game map": ("." * 64 + "\n") * 64,
    "box drawing": ("║" + " " * 78 + "║\n") * 40,
    "escapes": "\\n" * 1_000 + "\\u0000" * 300,
    "regular expression": "(?:[0-9a-f]{2}:)" * 100,
    "nops": "    nop\n" * 500,
    "log lines": "".join(f"12:{i // 60:02}:{i % 60:02} INFO heartbeat ok\n" for i in range(900)),
    "brain teaser language": "++++++++[>++++++++<-]>" + "+" * 900 + "." * 300,
    "diff of deleted blank lines": "-\n" * 1_000,
} | {path.name: path.read_text("utf-8") for path in sorted((Path(__file__).parent / "loop_samples").iterdir())}

LOOPS = {
    "one character": "!",
    "blank lines": "\n",
    "one token": " the",
    "two tokens": "0, ",
    "emoji": "😂",
    "word": "word ",
    "sentence": "I am sorry, but I can't find the file that you are looking for. ",
    "chinese sentence": "我需要再检查一遍这个答案是否正确。",
    "list item": "- **Efficiency**: It is efficient, because it uses less energy than before.\n",
    "table row": "| 2024-01-01 | 0.00 | 0.00 | n/a |\n",
    "call": 'print("Hello, world!")\n',
    "object": '  {\n    "name": "test",\n    "value": 0\n  },\n',
    "second thought": "Wait, let me reconsider. If x = 3, then x + 4 = 7. That is right.\n\nSo the answer is 7.\n\n",
    "paragraph": LOREM,
    "paragraphs with rulers inside": LOREM + "-" * 700 + "\n" + LOREM * 2,
    "longest": "".join(chr(0x4E00 + i) for i in range(MAX_PERIOD)),
}


def heard(detector: LoopDetector, text: str, size: int) -> int | None:
    """Return how much had been added when the detector said True, None when it never did."""
    for start in range(0, len(text), size):
        if detector.add(text[start : start + size]):
            return min(start + size, len(text))
    return None


def first_loop(text: str, min_repeats: int, min_characters: int, max_period: int) -> int | None:
    """Return the length of the shortest beginning of `text` that ends in a loop, by trying everything."""
    for end in range(1, len(text) + 1):
        for period in range(1, max_period + 1):
            length = max(min_characters, min_repeats * period)
            if length <= end and text[end - length + period : end] == text[end - length : end - period]:
                return end
    return None


@pytest.mark.parametrize("name", SAMPLES)
def test_no_alarm_on_what_people_ask_for(name: str) -> None:
    assert heard(LoopDetector(), SAMPLES[name] + "\n\nThat was it.\n", TOKEN) is None


def test_the_samples_are_hard() -> None:
    strict = [name for name, text in SAMPLES.items() if heard(LoopDetector(8, 2_000), text, TOKEN) is not None]
    assert len(strict) > 25, strict
    assert len(SAMPLES) > 60


@pytest.mark.parametrize("name", LOOPS)
@pytest.mark.parametrize("size", [1, TOKEN, 997])
def test_a_real_loop_is_stopped_at_the_character_that_makes_it_one(name: str, size: int) -> None:
    piece = LOOPS[name]
    answer = "Certainly! Here is what I found:\t"
    length = max(MIN_CHARACTERS, MIN_REPEATS * len(piece))
    text = answer + piece * (length // len(piece) + 1) + piece * (size // len(piece) + 1)
    detector = LoopDetector()
    stopped = heard(detector, text, size)
    assert stopped is not None
    assert 0 <= stopped - (len(answer) + length) < size
    assert detector.period == len(piece)


def test_where_the_line_is() -> None:
    short = "x" * 58 + "\n"
    assert heard(LoopDetector(), short * 100, TOKEN) is None
    assert heard(LoopDetector(), ("x" + short) * 100, TOKEN) == MIN_CHARACTERS
    long = "".join(chr(0x4E00 + i) for i in range(1_000))
    assert heard(LoopDetector(), (long * MIN_REPEATS)[:-1], TOKEN) is None
    assert heard(LoopDetector(), long * MIN_REPEATS, TOKEN) == MIN_REPEATS * 1_000
    longer = "".join(chr(0x4E00 + i) for i in range(MAX_PERIOD + 1))
    assert heard(LoopDetector(), longer * 50, TOKEN) is None


@pytest.mark.parametrize("max_period", [1, 5, 16])
@pytest.mark.parametrize("characters", [1, 7, 50])
@pytest.mark.parametrize("repeats", [4, 5, 9])
def test_every_period_is_found_at_once_up_to_the_longest_and_none_beyond(
    repeats: int, characters: int, max_period: int
) -> None:
    for period in range(1, 2 * max_period + 2):
        length = max(characters, repeats * period)
        run = "".join(chr(0x4E00 + i) for i in range(period)) * (length // period + 2)
        for before in range(2 * max_period):
            end = heard(LoopDetector(repeats, characters, max_period), "".join(map(chr, range(before))) + run, 1)
            assert end == (before + length if period <= max_period else None)


def test_a_change_each_time_is_no_loop() -> None:
    assert heard(LoopDetector(), "".join(f"Step {i}: check the value again.\n" for i in range(3_000)), TOKEN) is None
    assert heard(LoopDetector(), ("x" * (MIN_CHARACTERS - 1) + "y") * (MIN_REPEATS - 1), TOKEN) is None


def test_a_loop_that_all_came_in_one_piece_is_found_even_when_it_ended() -> None:
    detector = LoopDetector()
    assert detector.add(LOREM + "word " * 3_000 + LOREM * 30)
    assert detector.period == 5


def test_an_alarm_is_for_good() -> None:
    detector = LoopDetector()
    assert detector.add("ab" * MIN_CHARACTERS)
    assert detector.add("Now something else.")
    assert detector.period == 2


def test_what_is_kept_does_not_grow() -> None:
    detector = LoopDetector(min_repeats=4, min_characters=100, max_period=50)
    for number in range(2_000):
        assert not detector.add(f"{number} ")
        assert sum(len(piece) for piece in detector._pieces) < 250


def test_settings_without_meaning_are_refused() -> None:
    for repeats, characters, period in [(FEWEST_REPEATS - 1, 1, 1), (FEWEST_REPEATS, 0, 1), (FEWEST_REPEATS, 1, 0)]:
        with pytest.raises(ValueError, match="a loop has at least"):
            LoopDetector(repeats, characters, period)


REPEATS = st.integers(FEWEST_REPEATS, 7)
CHARACTERS = st.integers(1, 40)
PERIODS = st.integers(1, 12)
LETTERS = st.text("ab", max_size=12)
RUNS = st.builds(lambda piece, times, rest: piece * times + rest, LETTERS, st.integers(1, 8), LETTERS)
TEXTS = st.lists(RUNS, max_size=6).map("".join)


@settings(max_examples=examples(400))
@given(TEXTS, REPEATS, CHARACTERS, PERIODS, st.integers(1, 60))
def test_the_alarm_comes_exactly_where_trying_everything_puts_it(
    text: str, repeats: int, characters: int, period: int, size: int
) -> None:
    end = first_loop(text, repeats, characters, period)
    stopped = heard(LoopDetector(repeats, characters, period), text, size)
    assert stopped == (None if end is None else min(-(-end // size) * size, len(text)))


@given(TEXTS, st.text(min_size=1, max_size=12), REPEATS, CHARACTERS, st.data())
def test_a_cycle_after_anything_is_found_in_any_pieces(
    before: str, cycle: str, repeats: int, characters: int, data: st.DataObject
) -> None:
    length = max(characters, repeats * len(cycle))
    text = before + cycle * (length // len(cycle) + 1)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=9)))
    detector = LoopDetector(repeats, characters, max_period=12)
    told = [detector.add(text[a:b]) for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    assert told[-1]
    end = first_loop(text, repeats, characters, 12)
    assert end is not None
    assert end <= len(before) + length
    assert told == [b >= end for b in [*cuts, len(text)]]


def test_the_settings_default_to_what_was_measured() -> None:
    chat = Settings().chat
    assert (chat.loop_characters, chat.loop_repeats, chat.loop_period) == (MIN_CHARACTERS, MIN_REPEATS, MAX_PERIOD)
