"""What a model is asked for a title, and what of its answer is one; anything else leaves the first words."""

import re
import unicodedata

from orchd.claims import hinted_language, telling_words
from orchd.features.models import check_response
from orchd.patterns import lazy_pattern

ASK = (
    "Give this conversation a title of three to six words that says what it is about, in the language of the question."
    " Answer with the title alone: no quotes, no full stop, no explanation."
)
MAX_TITLE, MAX_WORDS = 80, 12
"""Code points, and words: twice what was asked for."""
MOST_READ = 1_000

_LABEL = lazy_pattern(
    r"\A(?:title|titel|titre|t[ií]tulo|titolo|tytuł|otsikko|başlık|заголовок|название|标题|標題|タイトル)\s{0,3}[:：]\s{0,3}",
    re.IGNORECASE,
)
_AROUND = " \t\"'“”„‟«»‹›‘’‚`*_#「」『』"
_TALK = lazy_pattern(
    r"\A(?:hi|hello|hey|olá|oi|sure|certainly|of course|okay|ok|here(?:'s| is| are)|i(?:'m|'ve|'d|'ll)?"
    r"|(?:the|a|this|my|your) (?:title|conversation|question|user)"
    r"|claro|certo|com certeza|aqui (?:está|vai|tem)|eu|(?:o|um|este|esse) (?:título|utilizador|usuário)"
    r"|(?:a|esta|essa) (?:conversa|pergunta))\b",
    re.IGNORECASE,
)
"""How words to whoever asked begin."""
_MARKS = lazy_pattern(r"<\||\|>|</?s>|\[/?INST\]|</?(?:im|start_of|end_of)_|</?think", re.IGNORECASE)
"""Of templates and thoughts."""
_STEM = 4
"""Letters in which words agree that are taken for one."""
_LONG_SENTENCE = 5
"""Words of an answer's beginning that are its first sentence rather than what it is about."""
_PASSED_OVER = frozenset({"echo", "short_echo", "unfinished", "cut_off"})
"""Rules for answers that say nothing against a title: it has no full stop, and may be the question itself."""


def read_title(text: str, question: str, answer: str = "") -> str | None:
    """Return the title that an answer is, None where it is none, or one of something else than the `question` and the
    `answer` to that. Takes some milliseconds."""
    lines = [line for line in text[:MOST_READ].splitlines() if line.strip()]
    if len(lines) != 1 or len(text) > MOST_READ or _MARKS.search(lines[0]):
        return None
    title = _bare(_LABEL.sub("", _bare(lines[0])))
    words = title.casefold().split()
    loops = len(words) > 3 and 2 * len({*words}) <= len(words)
    shown = title.isprintable() and any(map(str.isalnum, title)) and len(title) <= MAX_TITLE
    if not shown or loops or len(words) > MAX_WORDS or " ".join(words) in ASK.casefold():
        return None
    if title.endswith((":", "：")) or title.count('"') % 2:
        return None
    if _plain(title) not in _plain(question) and not _is_about(title, question, answer):
        return None
    wrong = [found.rule for found in check_response(title, prompt=question) if found.rule not in _PASSED_OVER]
    return None if wrong else title


def _is_about(title: str, question: str, answer: str) -> bool:
    """Tell whether a title that isn't the question's own words could be one of it: no words to whoever asked, no other
    question, not the answer, and neither in another language nor of something else."""
    if _TALK.match(title) or title.endswith(("?", "？")) or _is_told(title, answer):
        return False
    spoken, wanted = hinted_language(title, 2), hinted_language(question, 1)
    if spoken is not None and wanted not in (None, spoken):
        return False
    named, known = _stems(title), _stems(f"{question} {answer}")
    return not named or not known or bool(named & known)


def _is_told(title: str, answer: str) -> bool:
    """Tell whether a title is the whole answer, or how its first sentence begins; a heading is neither."""
    said = " ".join(answer.strip(_AROUND).split())
    begins = said.casefold().startswith(title.casefold())
    heads = (
        any(_bare(line).casefold() == title.casefold() for line in answer.splitlines()[:1]) and "\n" in answer.strip()
    )
    whole = begins and not any(map(str.isalnum, said[len(title) :]))
    return whole or (begins and not heads and len(title.split()) >= _LONG_SENTENCE)


def _plain(text: str) -> str:
    """Return a text in small letters without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


def _stems(text: str) -> set[str]:
    return {_plain(word)[:_STEM] for word in telling_words(text)}


def _bare(line: str) -> str:
    """Return a line without what stands around it: quotes, marks of Markdown, a full stop."""
    line = " ".join(line.strip(_AROUND).split())
    return line.removesuffix(".").strip(_AROUND) if not line.endswith("..") else line
