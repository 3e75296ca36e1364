"""Lists of words, written as text: easier to read and to extend than a column of strings in quotes."""


def word_set(text: str) -> frozenset[str]:
    """Return the words of `text`."""
    return frozenset(text.split())
