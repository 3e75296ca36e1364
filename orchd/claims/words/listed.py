"""Lists of words, written as text: easier to read and to extend than a column of strings in quotes."""


def listed(text: str) -> frozenset[str]:
    """Return the words of `text`."""
    return frozenset(text.split())
