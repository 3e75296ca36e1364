"""Whether a text is one emoji: a picture, a flag or a key, with the signs that vary it."""

from unicodedata import category

from orchd.errors import Invalid

_JOINER, _VARIANT, _KEY = "\u200d", "\ufe0f", "\u20e3"
_KEYS = frozenset("0123456789#*")
_LETTERS = range(0x1F1E6, 0x1F200)
"""Regional indicators: two of them are a flag."""
_SKINS = range(0x1F3FB, 0x1F400)
_TAGS = range(0xE0020, 0xE0080)
_OTHERS = frozenset("‼⁉↔↗↘⤴⤵◻◼◽◾〰〽")
"""Pictures that are signs or arrows by their category."""


def require_emoji(text: str) -> str:
    """Return the emoji. Raises `Invalid` for anything else, and for more than one."""
    if not all(map(_is_picture, text.split(_JOINER))):
        raise Invalid("that is not one emoji", field="emoji", path="$.data.emoji")
    return text


def _is_picture(text: str) -> bool:
    plain = text.replace(_VARIANT, "")
    if not plain:
        return False
    if plain[0] in _KEYS:
        return plain[1:] == _KEY
    if ord(plain[0]) in _LETTERS:
        return len(plain) == 2 and ord(plain[1]) in _LETTERS
    picture = category(plain[0]) == "So" or plain[0] in _OTHERS or ord(plain[0]) in _SKINS
    return picture and all(ord(sign) in _SKINS or ord(sign) in _TAGS for sign in plain[1:])
