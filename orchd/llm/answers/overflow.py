"""Telling that a prompt is too long for its model, by the kind of what a server says and not by its wording.

Such a message is about the prompt, its tokens or the context, and says that something is over a limit, in words or by
two counts. Messages with the same words about something else (memory that could not be allocated, a rate, a sampling
parameter) are sorted out first.
"""

import re

from orchd.patterns import lazy_pattern

_MARKS = lazy_pattern(r"exceed_context_size|context_length_exceeded|context_window|prompt_too_long|string_above_max")
_ELSE = lazy_pattern(
    r"alloc|out of memory|\bmemory\b|vram|\bcuda\b|\bbuffer\b|resources"
    r"|deadline|cancell?ed|fail\w{0,3} to (?:initiali[sz]e|load|create|start|parse)"
    r"|rate.?limit|per[ _-]?(?:minute|min|second|sec|day|hour|month)\b|\b[rt]p[mds]\b|quota|too many requests|concurren"
    r"|input should|temperature|top_[pk]\b|penalt|\bseed\b|stop sequences?|`?stop`? "
    r"|\bimages?\b|audio|\btools?\b|\bfiles?\b",
    re.IGNORECASE,
)
_FORM = lazy_pattern(r"input validation error:?|invalid input:?", re.IGNORECASE)
_CONTEXT = lazy_pattern(r"\bn_(?:ctx|keep)\b|context|contexto|上下文|контекст|コンテキスト|문맥|kontext", re.IGNORECASE)
_PROMPT = lazy_pattern(
    r"prompt|\binputs?\b|\bmessages?\b|conversation|sequence|seq_len|\bcontents?\b|\brequest\b|history|输入|入力|プロンプト"
    r"|запрос|eingabe|entrada|entr\u00e9e|요청|입력",
    re.IGNORECASE,
)
_TOKENS = lazy_pattern(r"token|токен|トークン|토큰|jeton", re.IGNORECASE)
_LENGTH = lazy_pattern(
    r"exceed|overflow|too (?:long|large|big|many)|(?:longer|larger|greater|bigger|more|higher) than|reduce|shorten"
    r"|truncat|beyond|\bover\b|does(?: not|n't) fit|can(?:not|'t) fit|>=?\s{0,3}\w{0,9}\s{0,3}\(?\d"
    r"|must be (?:<|less|at most|smaller|under)"
    r"|length should|maximum|\bmax\b|limit|超|長すぎ|过长|太长|초과|mais longo|demasiado|supera"
    r"|zu lang|überschr|trop long|dépasse|слишком|превыша",
    re.IGNORECASE,
)
_LONG = lazy_pattern(
    r"too long|length|longer than|exceeds? (?:the )?max|長すぎ|过长|太长|zu lang|trop long", re.IGNORECASE
)
"""It is the length that is over something, where neither tokens nor a context are mentioned."""
_COUNT = lazy_pattern(r"(?<![\d.])\d{3,9}(?![\d.]*\d)")
_ONLY_OUTPUT = lazy_pattern(r"max_(?:completion_|new_|output_)?tokens|completion tokens|output tokens", re.IGNORECASE)


def is_overflow(message: str, marks: set[str]) -> bool:
    """Tell whether a server's error, its words and its type and code, says that the prompt is too long."""
    if any(_MARKS.search(mark.lower()) for mark in marks):
        return True
    text = _FORM.sub("", message[:4000])
    if _ELSE.search(text):
        return False
    context, prompt, tokens = _CONTEXT.search(text), _PROMPT.search(text), _TOKENS.search(text)
    if not context and not prompt and (not tokens or _ONLY_OUTPUT.search(text)):
        return False
    if (context or tokens) and len(_COUNT.findall(text)) > 1:
        return True
    if not _LENGTH.search(text):
        return False
    return bool(context or tokens or _LONG.search(text))
