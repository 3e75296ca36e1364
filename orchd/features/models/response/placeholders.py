"""What stands where an answer should: `TODO`, `[insert the text here]`, "lorem ipsum", in English and Portuguese.

A text that only uses or explains such words is an answer, and so is code with a `TODO` in it, or a template that was
asked for. So a text is a placeholder only where nothing else is left of it, and where nobody asked for such words.
"""

import re

from orchd.features.models.response.sentences import bare_lines, bare_sentences, words_in
from orchd.patterns import lazy_pattern

LONGEST = 4_000
"""Characters; a longer text says something besides, unless it is filler."""

FEW_WORDS = 12
"""So few words around a slot that was never filled are no answer without what belongs into it."""

_MARKER = r"(?:TODO|TBD|TBA|TBC|FIXME|WIP|XXX+)"
_FILL = (
    r"(?:insert|your|add|enter|fill|write|type|put|provide|describe|placeholder|todo|tbd|to be|answer|response"
    r"|text here"
    r"|content here|inserir|insira|preench|escrev|coloc|digit|adicion|complet|seu\b|sua\b|tua\b|resposta"
    r"|texto aqui|a definir"
    r"|por definir|a (?:preencher|completar|inserir|escrever)\b|coming soon|por preencher)"
)
_DONE = (
    r"(?:determined|decided|defined|written|completed|added|announced|confirmed|filled(?: in)?|provided|specified"
    r"|supplied"
    r"|definid[oa]|preenchid[oa]|escrit[oa]|completad[oa]|determinad[oa]|confirmad[oa]|adicionad[oa]|inserid[oa])"
)
_PIECE = (
    r"(?:(?:this|the) (?:section|part|text|answer|content|chapter|paragraph)"
    r"|(?:esta|este|a|o) (?:seção|secção|parte|texto|resposta|conteúdo|capítulo|parágrafo))"
)
_REST = r"(?:(?:rest|remainder) (?:of (?:the )?)?)"
_LEFT_OUT = r"(?:omitted|left out|shortened|truncated|skipped)"
_WHOLE = lazy_pattern(
    rf"(?-i:{_MARKER})"
    rf"|(?-i:{_MARKER})\s?[:(!,–—-].*|to-?do\s?:.*|(?-i:[Tt]o-do|todo)"
    r"|(?-i:TODO|FIXME) (?:later|soon|write|add|fill|finish|complete|implement|depois|escrever|fazer|completar)\b.*"
    rf"|(?:(?:yet|still) )?to be {_DONE}\b.{{0,40}}|(?:{_PIECE} |this )?will be {_DONE}\b.{{0,40}}"
    rf"|{_PIECE} será {_DONE}\b.{{0,40}}|(?:ainda )?(?:a|por) ser {_DONE}.{{0,40}}"
    r"|(?:ainda )?(?:a|por) (?:fazer|definir|preencher|completar|escrever|confirmar|determinar)"
    r"|(?:this is )?(?:just |only )?(?:a )?(?:placeholder|dummy|sample|filler)(?: (?:text|answer|content|response"
    r"|result))?"
    r"(?: (?:for|until|here)\b.{0,120})?"
    r"|(?:isto é |este é )?(?:apenas |só )?(?:um )?(?:texto|conteúdo|resposta|resultado) (?:de exemplo"
    r"|fictíci[oa]|provisóri[oa]"
    r"|de preenchimento)"
    r"|.{0,80}\b(?:goes|go|belongs|comes|vai|fica|entra) (?:here|aqui)"
    r"|(?:insert|add|enter|fill in|put|write|type|paste)\b.{1,160}\bhere"
    r"|(?:insira|inserir|escreva|escrever|preencha|preencher|coloque|colocar|adicione|adicionar"
    r"|digite)\b.{1,160}\baqui"
    r"|(?:your|the) (?:text|answer|content|response|result) here|(?:a )?(?:sua|tua) resposta(?: aqui)?|(?:texto"
    r"|resposta) aqui"
    r"|(?:insert|enter|fill in) (?:the |your |a )?(?:answer|text|summary|content|title|response|result|description)"
    r"|(?:texto|conteúdo|resposta|resumo) a (?:inserir|preencher|completar|escrever)"
    r"|(?:write|fill|complete|finish|do|add) (?:this|it|me)(?: in)?(?: later| soon)?"
    r"|(?:escrever|preencher|completar|acabar|fazer) (?:isto|isso)?\s?(?:depois|mais tarde)"
    r"|(?:i(?:'ll| will)|will) (?:write|fill|complete|finish|do|add)\b.{0,60}\b(?:later|soon|tomorrow)"
    r"|(?:vou )?(?:escrev|complet|preench|acab|far)\w* .{0,60}\b(?:depois|mais tarde|amanhã)"
    r"|(?:content|details|text|answer|conteúdo|texto) (?:coming soon|to follow|em breve)"
    r"|(?:to be continued|continua abaixo)"
    rf"|(?:the )?{_REST}?(?:content|details?|text|answer|response|output)? ?(?:is |was )?{_LEFT_OUT} for"
    r" (?:the sake of )?(?:brevity|space|length)"
    rf"|(?:the )?{_REST}(?:content|text|answer|response)? ?(?:is |was )?{_LEFT_OUT}(?: here)?"
    r"|(?:o )?(?:restante|resto|conteúdo|texto)?(?: d[oa] (?:texto|resposta))? ?(?:foi )?omitid[oa]"
    r" por (?:brevidade|concisão|questão de espaço)",
    re.IGNORECASE,
)
_EMPTY_TAGS = lazy_pattern(
    r"(?:<\s?/?\s?(?:answer|response|output|result|final|final_answer|text|summary|resposta|resultado)\s?/?>\s*+)++",
    re.IGNORECASE,
)
"""Tags that an answer was asked to stand in, with nothing in them."""
_LABEL = lazy_pattern(r"\A\w[^:\n]{0,60}:\s++")
_SLOT = lazy_pattern(
    rf"\[\s*{_FILL}[^\[\]\n]{{0,200}}\]|\{{\{{\s*{_FILL}[^{{}}\n]{{0,80}}\}}\}}|<\s*{_FILL}\s[^<>\n]{{0,120}}>",
    re.IGNORECASE,
)
_AROUND = {"[": "]", "<": ">", "(": ")", "{": "}", "«": "»"}
_FREE = lazy_pattern(r"[^\W\d_]{2,}(?:['’-]\w+)?(?:\s+[^\W_]+){2,}", re.DOTALL)
_INNER = lazy_pattern(_FILL, re.IGNORECASE)

_DOTS = lazy_pattern(r"(?:(?:\.{3,}+|…++|_{3,}+|[–—]++|-{3,}+)\s*+)++")

_WORD = lazy_pattern(r"\w+")
_FILLER = frozenset(
    _WORD.findall("""
        lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore et dolore
        magna aliqua enim ad minim veniam quis nostrud exercitation ullamco laboris nisi aliquip ex ea commodo consequat
        duis aute irure in reprehenderit voluptate velit esse cillum eu fugiat nulla pariatur excepteur sint occaecat
        cupidatat non proident sunt culpa qui officia deserunt mollit anim id est laborum
    """)
)
_FILLER_MARKS = frozenset(["lorem", "ipsum", "adipiscing", "eiusmod", "consectetur", "nostrud"])
_FILLER_SHARE = 0.6
_FILLER_SHOWN = 20_000

_ASKED = lazy_pattern(
    r"\b(?:placeholders?|lorem|filler|dummy|morse|dash(?:es)?|travess(?:ão|ões)|to-?dos?|tbd|tba|fixme|templates?"
    r"|boilerplate|stubs?|skeleton|blanks?)\b"
    r"|\b(?:modelos? de|minutas?) (?:carta|e-?mail|mensagem|contrato|formulário)",
    re.IGNORECASE,
)
_LETTERS = lazy_pattern(
    r"\b(?:forms?|e-?mails?|letters?|messages?|contracts?|cartas?|mensagem|mensagens|formulários?|contratos?)\b",
    re.IGNORECASE,
)
"""What is often written with slots for names and dates."""

_NAMING = lazy_pattern(
    r"\b(?:what|which|how|qual|quais|que|como)\b.{0,120}\b(?:tag|marker|mark|keyword|abbreviation|acronym"
    r"|operator|symbol"
    r"|syntax|word|term|expression|called|stands? for|sigla|palavra|termo|abreviatura|operador|símbolo|expressão"
    r"|chama)",
    re.IGNORECASE | re.DOTALL,
)
_PROMPT_SHOWN = 20_000


def is_placeholder(text: str, prompt: str | None) -> bool:
    """Tell whether nothing but placeholders is left of a text, and nobody asked for them."""
    if _is_filler(text):
        return not _names_them(prompt)
    if len(text) > LONGEST or not (
        _DOTS.fullmatch(text) or _EMPTY_TAGS.fullmatch(text) or _is_bracketed(text) or _is_unwritten(text)
    ):
        return False
    return not _names_them(prompt)


def open_slot(text: str, prompt: str | None) -> str | None:
    """Return what in a text was never filled in, None where there is nothing or where that may have been asked for."""
    if _names_them(prompt) or _LETTERS.search((prompt or "")[:_PROMPT_SHOWN]) or "```" in text:
        return None
    slot = _SLOT.search(text)
    if slot is not None:
        return slot[0]
    unwritten = (line for line, title in bare_lines(text[:LONGEST]) if not title and _unwritten(line))
    return next(unwritten, None)


def _names_them(prompt: str | None) -> bool:
    asked = (prompt or "")[:_PROMPT_SHOWN]
    return _ASKED.search(asked) is not None or _NAMING.search(asked[:400]) is not None


def _is_bracketed(text: str) -> bool:
    """A text that stands wholly in one pair of brackets, and in words: no list, no tag, no interval."""
    inner = text[1:-1].strip("{}[]<>() ")
    if _AROUND.get(text[0]) != text[-1] or any(mark in inner for mark in (text[0], text[-1])):
        return False
    if any(mark in inner for mark in "\"'`=;/\\"):
        return False
    return _INNER.match(inner) is not None or (text[0] == "[" and "," not in inner and _FREE.match(inner) is not None)


def _is_unwritten(text: str) -> bool:
    """Whether all lines but the headings say only that something is to come, or few words surround a slot."""
    lines = list(bare_lines(text))
    said = [line for line, title in lines if not title]
    if not said:
        return any(_unwritten(line) for line, _ in lines)
    if all(_unwritten(line) for line in said):
        return True
    return _SLOT.search(text) is not None and words_in(_SLOT.sub("", text)) < FEW_WORDS


def _unwritten(line: str) -> bool:
    if _is_open(line) or _is_open(_LABEL.sub("", line, count=1)):
        return True
    sentences = list(bare_sentences(line))
    return len(sentences) > 1 and all(_is_open(sentence) for sentence in sentences)


def _is_open(sentence: str) -> bool:
    bare = sentence.rstrip(".!… ").removeprefix("(").removesuffix(")").rstrip(".!… ")
    return bool(bare) and (_WHOLE.fullmatch(bare) is not None or _SLOT.fullmatch(bare) is not None)


def _is_filler(text: str) -> bool:
    words = [word.lower() for word in _WORD.findall(text[:_FILLER_SHOWN])]
    known = sum(word in _FILLER for word in words)
    return known >= 2 and known >= _FILLER_SHARE * len(words) and not _FILLER_MARKS.isdisjoint(words)
