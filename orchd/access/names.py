"""Users' names: one spelling of each, so that two people can't have names which look alike to a careless eye."""

import unicodedata

from orchd.errors import Invalid

MAX_NAME = 64
_SIGNS = frozenset("._-@+")


def user_name(text: str, path: str = "$.data.name") -> str:
    """Return a name as it is stored: in NFKC, lower case, without blanks around it. Raises `Invalid`.

    It has letters, digits and `. _ - @ +`, and begins with a letter or a digit.
    """
    name = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text.strip()).casefold())
    if not 1 <= len(name) <= MAX_NAME:
        bound = {"maxLength": MAX_NAME} if name else {"minLength": 1}
        told = f"a user's name has 1 to {MAX_NAME} characters"
        raise Invalid(told, reason="user_name", field=path.rpartition(".")[2], path=path, **bound)
    if not name[0].isalnum() or not all(character.isalnum() or character in _SIGNS for character in name):
        raise Invalid(
            "a user's name has letters, digits and . _ - @ +, and begins with a letter or a digit",
            reason="user_name",
            field=path.rpartition(".")[2],
            path=path,
        )
    return name
