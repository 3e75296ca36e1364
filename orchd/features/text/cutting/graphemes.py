"""Where one character ends, as people see it: an emoji with its skin, a letter with its accents.

The rules of Unicode's extended grapheme clusters that a cut would violate visibly, from what the standard library
knows of characters. Where it can't tell, it says no to a cut: a missing place to cut costs nothing, a torn cluster
shows. Source: UAX #29, section 3.1.1 (GB3 to GB13), Unicode 15.1.
"""

from unicodedata import category, combining

JOINER = "\u200d"

FLAGS_SEARCHED = 256
"""How many flags in a row are paired rightly."""

_EXTENDING = {"\u200c", "\uff9e", "\uff9f"}
_LEADING, _VOWELS, _TRAILING = range(0x1100, 0x1160), range(0x1160, 0x11A8), range(0x11A8, 0x1200)
_SYLLABLES = range(0xAC00, 0xD7A4)
_TRAILS = 28
"""A Hangul syllable block's number of endings; the first of them is none."""


def is_border(text: str, index: int) -> bool:
    """Tell whether `text` may be cut before `index` without tearing a cluster. Both ends are borders."""
    if index <= 0 or index >= len(text):
        return True
    before, after = text[index - 1], text[index]
    if before < "\u0300" and after < "\u0300":
        return not (before == "\r" and after == "\n")
    if _is_control(before):
        return True
    return not (
        _extends(after)
        or before == JOINER
        or (combining(before) == 9 and category(after) == "Lo")  # a virama: the consonant belongs to it
        or _is_hangul_inside(ord(before), ord(after))
        or (_is_flag(before) and _is_flag(after) and _flags_before(text, index) % 2 == 1)
    )


def _is_control(char: str) -> bool:
    return char < " " or char in "\u2028\u2029"


def _extends(char: str) -> bool:
    """Marks, the joiner, skin tones and tags go with what is before them."""
    point = ord(char)
    return (
        char == JOINER
        or char in _EXTENDING
        or 0x1F3FB <= point <= 0x1F3FF
        or 0xE0020 <= point <= 0xE007F
        or category(char) in ("Mn", "Me", "Mc")
    )


def _is_hangul_inside(before: int, after: int) -> bool:
    if before in _LEADING:
        return after in _LEADING or after in _VOWELS or after in _SYLLABLES
    open_syllable = before in _SYLLABLES and (before - _SYLLABLES.start) % _TRAILS == 0
    if before in _VOWELS or open_syllable:
        return after in _VOWELS or after in _TRAILING
    return (before in _SYLLABLES or before in _TRAILING) and after in _TRAILING


def _is_flag(char: str) -> bool:
    return 0x1F1E6 <= ord(char) <= 0x1F1FF


def _flags_before(text: str, index: int) -> int:
    count = 0
    while count < min(index, FLAGS_SEARCHED) and _is_flag(text[index - 1 - count]):
        count += 1
    return count
