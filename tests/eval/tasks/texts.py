"""Short texts in two languages, each with the questions that a task splits it into and right answers to them.

`texts_en.toml` and `texts_pt.toml` hold the same texts: those of one id say the same.
"""

import tomllib
from pathlib import Path
from typing import Literal, TypeAlias, get_args

import msgspec

Language: TypeAlias = Literal["en", "pt"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


class PartText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one step is about: a paragraph of the material, a right and complete answer in other words, and a piece of
    that answer with what it becomes when it is turned round.
    """

    aspect: str
    source: str
    answer: str
    denied: tuple[str, str]


class TaskText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text of three paragraphs. `joined` says all of it more shortly, with marks; `names` are two of its people."""

    language: Language
    id: str
    topic: str
    names: tuple[str, str]
    joined: str
    part: tuple[PartText, ...]


def texts(language: Language) -> list[TaskText]:
    """Read the texts of a language; raises `msgspec.ValidationError` where one isn't in the format."""
    raw = tomllib.loads(Path(__file__).with_name(f"texts_{language}.toml").read_text(encoding="utf-8"))
    return [msgspec.convert({"language": language, **text}, TaskText) for text in raw["text"]]
