"""Answers that only give the question back."""

import re

from orchd.patterns import lazy_pattern

SHORT_WORDS = 6
"""Up to which an echo may be an answer: "Good morning" is one to itself."""

LONGEST = 100_000
_WORD = lazy_pattern(r"[^\W_]+")
_HEADING = lazy_pattern(r"^[ \t]{0,3}#{1,6}[ \t].*$", re.MULTILINE)
_LABELS = frozenset(
    _WORD.findall("""
        question request prompt task title answer response user assistant system step your my the is a here this are
        pergunta pedido tarefa título resposta utilizador usuário assistente passo o a seu sua teu tua
    """)
)
"""Words with which a question that is given back may be headed."""


def is_echo(text: str, prompt: str) -> bool:
    """Tell whether a text says the prompt and nothing else, once or several times, under whatever heading."""
    return _says_only(text, prompt) or _says_only(_HEADING.sub("", text[:LONGEST]), prompt)


def _says_only(text: str, prompt: str) -> bool:
    said, asked = _words(text), _words(prompt)
    if len(asked) <= SHORT_WORDS or len(said) < len(asked):
        return False
    rest = _with_marks(said).replace(_with_marks(asked), "")
    return rest != _with_marks(said) and all(word in _LABELS for word in rest.split("|") if word)


def is_short_echo(text: str, prompt: str) -> bool:
    """Tell whether a text is a prompt of a few words, as it stands there."""
    return len(text) > 3 and text == prompt.strip()


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text[:LONGEST])]


def _with_marks(words: list[str]) -> str:
    return "".join(f"|{word}|" for word in words)
