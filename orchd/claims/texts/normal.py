"""One spelling for what is the same text to people, and the way back to where it stands in the original.

Programs write the same word in several ways: `ã` as one character or as two (macOS, some PDF tools), `fi` as one
letter, figures as wide as an ideograph, hyphens that only show at a line's end, curly and straight quotation marks. All
that is put in one way before texts are compared. What may mean something else stays: `m²` is no `m2`, `½` no `1/2`, a
dash no hyphen.
"""

import unicodedata
from bisect import bisect_right
from typing import NamedTuple

from orchd.patterns import lazy_pattern

_LOOKS = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201b\u02bc", "'"),
        **dict.fromkeys("\u201c\u201d\u201f", '"'),
        **dict.fromkeys("\u2010\u2011", "-"),
    }
)
"""Quotation marks and hyphens that differ by their looks only; one character for each, so that places stay."""

_UNSEEN = lazy_pattern("[\u00ad\u034f\u061c\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")
"""What isn't seen: soft hyphens, joiners, marks of direction and variation, a byte order mark."""

_COMPATIBLE = lazy_pattern("[\ufb00-\ufb06\ufb13-\ufb17\uff01-\uffee]")
"""Ligatures, and characters that are wide or narrow for the sake of a grid."""

_JOINING = range(0x1160, 0x1200)
"""Vowels and endings of Hangul, which join the consonant before them."""

_LOOKED_THROUGH = (
    *(range(0x80, 0x3400), range(0xA000, 0xAC00), range(0xD7B0, 0xD800), range(0xF900, 0x10400)),
    *(range(0x10A00, 0x10B00), range(0x10D00, 0x12000), range(0x13430, 0x13460), range(0x16100, 0x16140)),
    *(range(0x16A00, 0x17000), range(0x1BC90, 0x1BCB0), range(0x1CF00, 0x1D300), range(0x1DA00, 0x1DB00)),
    *(range(0x1E000, 0x1E980), range(0x2F800, 0x2FA20), range(0xE0100, 0xE01F0)),
)
"""Where such characters are; between lie ideographs and syllables, which have one spelling."""
_MOST = 32
"""Marks that are put in order together; no letter of any script has so many. Their order takes the square of them."""


class Normal(NamedTuple):
    """A text in one spelling. Piece by piece, `starts` and `ends` are where it was rewritten, `from_starts` and
    `from_ends` what of the original was. Between the pieces both texts are the same.
    """

    text: str
    starts: list[int]
    ends: list[int]
    from_starts: list[int]
    from_ends: list[int]

    def begin(self, place: int) -> int:
        """Return where in the original begins what begins at a place of the text."""
        at = bisect_right(self.starts, place) - 1
        if at < 0:
            return place
        if place >= self.ends[at]:
            return self.from_ends[at] + place - self.ends[at]
        return self.from_starts[at]

    def end(self, place: int) -> int:
        """Return where in the original ends what ends at a place of the text."""
        at = bisect_right(self.starts, place - 1) - 1
        if at < 0:
            return place
        return self.from_ends[at] + max(0, place - self.ends[at])


def normal(text: str) -> Normal:
    """Return a text in one spelling. Takes linear time."""
    found = Normal(text, [], [], [], [])
    if text.isascii():
        return found
    made: list[str] = []
    size = done = 0
    for match in _REWRITTEN.finditer(text):
        begin, end = match.span()
        made += (text[done:begin], piece := _respell(match[0]))
        size += begin - done
        found.starts.append(size)
        size += len(piece)
        found.ends.append(size)
        found.from_starts.append(begin)
        found.from_ends.append(end)
        done = end
    made.append(text[done:])
    return found._replace(text="".join(made).translate(_LOOKS))


def _respell(piece: str) -> str:
    seen = _UNSEEN.sub("", piece)
    form = "NFKC" if _COMPATIBLE.search(seen) else "NFC"
    parts = (seen[start : start + _MOST] for start in range(0, len(seen), _MOST))
    return "".join(unicodedata.normalize(form, part) for part in parts)  # type: ignore[arg-type]


def _follows(char: str) -> bool:
    joins = unicodedata.category(char)[0] == "M" or ord(char) in _JOINING or char in "\uff9e\uff9f"
    return joins or _UNSEEN.match(char) is not None


def _has_another_spelling(char: str) -> bool:
    return _COMPATIBLE.match(char) is not None or unicodedata.normalize("NFC", char) != char


def _rewritten() -> str:
    characters = [chr(point) for points in _LOOKED_THROUGH for point in points]
    following = "".join(filter(_follows, characters))
    other = "".join(filter(_has_another_spelling, characters))
    return f"[^\n{following}]?[{following}]++|[{other}]"


_REWRITTEN = lazy_pattern(_rewritten)
"""A character with all that follows and belongs to it, or a character that has another spelling."""
