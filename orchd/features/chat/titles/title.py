"""What a model is asked for a title, and what of its answer is one; anything else leaves the first words."""

import re

from orchd.features.models import check_response

ASK = (
    "Give this conversation a title of three to six words that says what it is about, in the language of the question."
    " Answer with the title alone: no quotes, no full stop, no explanation."
)
MAX_TITLE = 80
"""Code points."""
MOST_READ = 1_000

_LABEL = re.compile(
    r"\A(?:title|titel|titre|t[ií]tulo|titolo|tytuł|otsikko|başlık|заголовок|название|标题|標題|タイトル)\s{0,3}[:：]\s{0,3}",
    re.IGNORECASE,
)
_AROUND = " \t\"'“”„‟«»‹›‘’‚`*_#「」『』"
_PASSED_OVER = frozenset({"echo", "short_echo", "unfinished", "cut_off"})
"""Rules for answers that say nothing against a title: it has no full stop, and may be the question itself."""


def read_title(text: str, question: str) -> str | None:
    """Return the title that an answer is, None where it is none. Takes some milliseconds."""
    lines = [line for line in text[:MOST_READ].splitlines() if line.strip()]
    if len(lines) != 1 or len(text) > MOST_READ:
        return None
    title = _bare(_LABEL.sub("", _bare(lines[0])))
    words = title.casefold().split()
    loops = len(words) > 3 and 2 * len({*words}) <= len(words)
    shown = title.isprintable() and any(map(str.isalnum, title)) and len(title) <= MAX_TITLE
    if not shown or loops or " ".join(words) in ASK.casefold() or title.endswith((":", "：")) or title.count('"') % 2:
        return None
    wrong = [found.rule for found in check_response(title, prompt=question) if found.rule not in _PASSED_OVER]
    return None if wrong else title


def _bare(line: str) -> str:
    """Return a line without what stands around it: quotes, marks of Markdown, a full stop."""
    line = " ".join(line.strip(_AROUND).split())
    return line.removesuffix(".").strip(_AROUND) if not line.endswith("..") else line
