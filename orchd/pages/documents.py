"""The HTML pages, each in every language: one document with the places of its texts, and a table of texts.

Scripts and styles are files of their own, so that the pages can forbid all others (Content-Security-Policy). What a
script has to say stands in the document, in the same language.
"""

import html
import re
import tomllib
from collections.abc import Mapping
from importlib import resources

from orchd.patterns import lazy_pattern
from orchd.server.entry.page import Page

LANGUAGES = ("en", "pt-BR")
"""The first one is for whoever asks for none of them."""

_PLACE = lazy_pattern(r"\{\{(\w+)\}\}")
_WEIGHT = lazy_pattern(r"q=([01](?:\.[0-9]{0,3})?)", re.ASCII)
_MOST_WANTED = 20
"""So many languages of a request are looked at."""


def chosen_language(accepted: str) -> str:
    """The one of our languages that an `Accept-Language` header wants most; any Portuguese is taken for Brazil's."""
    known = {language.partition("-")[0]: language for language in LANGUAGES}
    wishes = map(_read_wish, accepted.split(",", _MOST_WANTED)[:_MOST_WANTED])
    weights = [(known[name], weight) for name, weight in wishes if name in known and weight > 0]
    return max(weights, key=lambda wish: wish[1], default=(LANGUAGES[0], 0.0))[0]


def _read_wish(text: str) -> tuple[str, float]:
    """A language, without its country, and how much it is wanted; not at all when that can't be read."""
    name, _, rest = text.partition(";")
    weight = _WEIGHT.fullmatch(rest.strip()) if rest else None
    wanted = 1.0 if not rest else 0.0 if weight is None else float(weight[1])
    return name.strip().lower().partition("-")[0], wanted


class Documents:
    """The HTML pages as they are served, made when one is first asked for."""

    def __init__(self) -> None:
        self._filled: dict[tuple[str, str], str] = {}

    def page(self, name: str, accepted: str, values: Mapping[str, str] | None = None) -> Page:
        """A document in the language that is wanted; `values` stand where it names them in `[[ ]]`."""
        if not self._filled:  # where the page is built, hardly anybody sees these
            self._filled = _documents()
        text = self._filled[name, chosen_language(accepted)]
        for place, value in (values or {}).items():
            text = text.replace(f"[[{place}]]", html.escape(value))
        return Page(200, "text/html; charset=utf-8", text.encode(), (("Vary", "Accept-Language"),))


def _documents() -> dict[tuple[str, str], str]:
    texts = tomllib.loads(_read("texts.toml"))
    return {
        (name, language): _fill(_read(f"{name}.html"), {**texts[language], "language": language})
        for name in ("index", "login", "setup", "docs")
        for language in LANGUAGES
    }


def _fill(document: str, texts: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda match: html.escape(texts[match[1]]), document)


def _read(name: str) -> str:
    return resources.files("orchd.web.plain").joinpath(name).read_text("utf-8")


def script(name: str) -> Page:
    """A script or a style as it is served."""
    kind = "text/javascript" if name.endswith(".js") else "text/css"
    return Page(200, f"{kind}; charset=utf-8", _read(name).encode())
