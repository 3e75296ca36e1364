"""What is typed and what it means: commands, messages, and messages of several lines. No input and no output here."""

import re
from dataclasses import dataclass
from difflib import get_close_matches

from orchd.errors import Invalid
from orchd.patterns import lazy_pattern

QUOTES = '"""'
_COMMAND = lazy_pattern(r"(/[A-Za-z?]*)(?:\s+(.*))?", re.DOTALL)
"""`/usr/bin is what?` is none."""


def continues(text: str) -> bool:
    """Whether the next line belongs to it: a block that isn't closed, or a backslash at its end."""
    return text.count(QUOTES) < 2 if text.startswith(QUOTES) else ends_in_backslash(text)


def ends_in_backslash(text: str) -> bool:
    """Whether the last character is a backslash that no other one before it takes away."""
    return (len(text) - len(text.rstrip("\\"))) % 2 == 1


def message_of(text: str) -> str:
    """The message without the quotes around it; those of a program that was pasted stay, as does indentation."""
    if text.startswith(QUOTES) and text.rstrip().endswith(QUOTES) and text.count(QUOTES) == 2:
        inner = text.removeprefix(QUOTES).rstrip().removesuffix(QUOTES)
        return inner.removeprefix("\n").removesuffix("\n")
    return text.removesuffix("\n")


def draft_of(message: str) -> str:
    """What must be typed to send this message."""
    return f"/{message}" if message.startswith("/") else message


@dataclass(frozen=True)
class SlashCommand:
    """A line that begins with a slash."""

    name: str
    argument: str


def read(text: str) -> SlashCommand | str | None:
    """What was typed: a command, a message, or nothing. `//` begins a message with a slash."""
    if not text.strip():
        return None
    if text.startswith("//"):
        return message_of(text[1:])
    command = _COMMAND.fullmatch(text.strip())
    return message_of(text) if command is None else SlashCommand(command[1].lower(), command[2] or "")


def number(text: str, what: str) -> int:
    """The number that a command was given. Raises `Invalid` with a sentence that says what it should be."""
    if not text.isascii() or not text.isdigit() or not 1 <= len(text) <= 15 or int(text) < 1:
        raise Invalid(f"{what} is a number from 1 on" + (f", not `{text}`" if text else ""))
    return int(text)


def near(word: str, known: list[str]) -> str:
    """A hint at what may have been meant, or nothing."""
    folded = {name.casefold(): name for name in known}
    matches = [folded[match] for match in get_close_matches(word.casefold(), folded, n=3, cutoff=0.6)]
    within = [name for name in known if word and word.casefold() in name.casefold() and name not in matches]
    found = [*matches, *within][:3]
    return f"; did you mean {' or '.join(f'`{name}`' for name in found)}?" if found else ""
