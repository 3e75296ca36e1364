"""What an answer says that claims nothing: greetings, offers, announcements, headings, table heads, code, and that the
texts don't say something.

`Sure!`, `Here is what the text says:`, `# The bridge`, `| Fact | Value |`, `The sources don't say who painted it.` have
no support in any text, and needn't: they are no claims, and are left out. What follows them in the same sentence is
kept: of `Sure, it opened in 1931` the claim is `it opened in 1931`.
"""

import re
import unicodedata
from collections.abc import Iterator

from orchd.claims.texts.phrases import LED_IN, REFUSES, TALK
from orchd.claims.texts.segments import segments, without_code
from orchd.claims.words.language import SMALL
from orchd.claims.words.listed import word_set
from orchd.claims.words.stems import fold
from orchd.claims.words.verb_forms import looks_like_verb
from orchd.patterns import lazy_pattern

_ANNOUNCES = lazy_pattern(
    r"""(?:(?:here|below|above)\ (?:is|are|'s)|here's|(?:the\ )?following|as\ follows|i\ found
    |aqui\ (?:esta|estao|vai|vao)|segue|seguem|abaixo|eis)\b""",
    re.VERBOSE,
)
_META = word_set("""
    here's
    here following below above text texts source sources document documents article articles passage say says said
    facts
    fact key main point points summary summaries summarized answer answers information info detail details overview
    list
    found find based provided given according question response short brief results result conclusion note notes
    important
    highlights takeaways quick steps step explanation breakdown context tell tells know known what report table
    aqui esta estao segue seguem abaixo acima texto textos fonte fontes documento documentos artigo trecho diz
    dizem fatos
    fato pontos ponto principais principal resumo resposta respostas informacao informacoes detalhes lista
    encontrei base
    fornecido fornecida acordo pergunta resultado resultados conclusao nota notas importante explicacao passos
    contexto tabela
""")
"""Words about texts and answers, of which an announcement is made."""
_REFERENCES = word_set("""
    references reference sources source bibliography citations footnotes links referencias fontes fonte
    bibliografia notas
    citacoes
""")
_REFERENCE = lazy_pattern(
    r"\s*(?:[-*+•]\s+)?(?:\[\^?[\w-]{1,20}\]|\d{1,3}[.)]\s|https?://|www\.|\S+\.[a-z]{2,4}\s*\Z|.{0,300}(?:https?://|\b(?:1[89]|20)\d\d\b))"
)
_FILE = lazy_pattern(r"\s*(?:[-*+•]\s+)?[\w/-]{1,100}\.(?:txt|md|pdf|docx?|html?|csv|json|xlsx?)\s*\Z")
"""A line that names a file and nothing else."""
_NUMBERED = lazy_pattern(r"\b(?:step|part|section|chapter|passo|parte|secao|capitulo|fase|phase)\s\d{1,3}\b")
_WORD = lazy_pattern(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_EDGES = " \t\n.!,;:…*_\"'“”😊🙂👍🎉✅"
_BUT = lazy_pattern(r"[,;]\s+(?:but|however|though|although|mas|porem|embora|contudo)\s|;\s+|\s[–—]\s")
_SHORT_RULE = 2
_LONGEST = 14
"""Words of a heading or an announcement."""


def claiming(text: str) -> list[tuple[int, int]]:
    """Return what of an answer may claim something, as positions: its sentences without talk and code."""
    told = without_code(text)
    return list(_claiming(told, _flat(told)))


def _claiming(text: str, flat: str) -> Iterator[tuple[int, int]]:
    in_references = False
    for start, end in segments(text):
        low, high = text.rfind("\n", 0, start) + 1, text.find("\n", end)
        line = flat[low : high if high >= 0 else len(text)]
        if _is_heading(text, flat, start, end, line):
            words = _WORD.findall(flat[start:end])
            in_references = bool(words) and len(words) <= 3 and set(words) & _REFERENCES != set()
            continue
        if (in_references and _REFERENCE.match(line)) or _FILE.match(line):
            continue
        first = _after_talk(flat, start, end)
        if first < end:
            yield first, end


def _after_talk(flat: str, start: int, end: int) -> int:
    """Return where in a sentence that begins which may be a claim; its end where there is nothing."""
    first = _skip(flat, start, end)
    begun = first
    while first < end:
        rest = flat[first:end]
        said = rest.strip(_EDGES)
        if REFUSES.match(said):
            turn = _BUT.search(flat, first, end)
            if turn is None:
                return end
            first = _skip(flat, turn.end(), end)
            continue
        if TALK.match(said) or _announces(rest, said):
            return end
        led = LED_IN.match(flat, first, end)
        if led is None:
            colon = flat.find(":", first, end)
            if colon > 0 and colon + 1 < end and _announces(flat[first : colon + 1], flat[first:colon]):
                first = _skip(flat, colon + 1, end)
                continue
            return start if first == begun else first
        first = _skip(flat, led.end(), end)
    return end


def _skip(flat: str, first: int, end: int) -> int:
    """Return where the first letter or figure stands, with the marks that belong to it."""
    found = _LEADING_MARKS.match(flat, first, end)
    return found.end() if found is not None else first


def _announces(text: str, said: str) -> bool:
    """Whether a text only says that something follows."""
    words = _WORD.findall(said)
    if not words or len(words) > _LONGEST or any(each.isdigit() for each in said):
        return False
    ends_open = text.rstrip(" *_").endswith(":")
    if _ANNOUNCES.match(said) and (ends_open or set(words) <= _META | _SMALL):
        return True
    return ends_open and set(words) <= _META | _SMALL and bool(set(words) & _META)


def _is_heading(text: str, flat: str, start: int, end: int, line: str) -> bool:
    """Whether a sentence is a heading, a label or the head of a table that says nothing by itself."""
    below = _next_line(text, end)
    if line.count("|") and _is_table_rule(below):
        return True
    body, _, last = flat[start:end].rpartition("\n")
    underlined = "\n" not in body and _is_underline(last)
    marked = (
        (underlined and body != "")
        or line.strip(_EDGES) in _REFERENCES
        or line.lstrip().startswith("#")
        or _is_bold(line)
        or _is_underline(below)
    )
    label = text[start:end].rstrip(" *_").endswith(":")
    if not (marked or label):
        return False
    said = _NUMBERED.sub("", flat[start:end])
    if marked and not said.strip("0123456789.) "):
        return True
    words = _WORD.findall(said)
    verbs = any(looks_like_verb(word, language) for word in words for language in ("en", "pt"))
    return len(words) <= _LONGEST and not verbs and not any(each.isdigit() for each in said)


def _is_table_rule(line: str) -> bool:
    """Whether a line parts the head of a table from its rows."""
    return "|" in line and "-" in line and not line.strip("|:- \t\r")


def _is_underline(line: str) -> bool:
    bare = line.strip()
    return len(bare) > _SHORT_RULE and set(bare) in ({"="}, {"-"})


def _is_bold(line: str) -> bool:
    """Whether all of a line, the mark of its item aside, is bold."""
    bare = line.strip().lstrip("-+•0123456789.) \t").rstrip(": ")
    return bare[:2] in ("**", "__") and bare[-2:] == bare[:2] and len(bare) > len("****") and bare[0] not in bare[2:-2]


def _next_line(text: str, end: int) -> str:
    first = text.find("\n", end)
    last = text.find("\n", first + 1)
    return "" if first < 0 else text[first + 1 : last if last >= 0 else len(text)]


def _flat(text: str) -> str:
    """Return a text in small letters without accents, of the same length."""
    if text.isascii():
        return text.lower()
    return "".join(each.lower() if each.isascii() else _bare(each) for each in text)


def _bare(letter: str) -> str:
    return unicodedata.normalize("NFD", letter)[0].lower()[:1] or letter


_SMALL = frozenset(fold(word) for words in SMALL.values() for word in words)
_LEADING_MARKS = lazy_pattern(r"[\s,;:!.*_–—]+(?=\S)")
