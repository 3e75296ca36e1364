"""Answers that only say what their author is about to do: thoughts that were never followed by an answer.

Known by their first sentence, in English and Portuguese, and by all others being of the same kind.
"""

import re

from orchd.features.models.response.sentences import bare_lines, bare_sentences
from orchd.patterns import lazy_pattern

LONGEST = 4_000
_CALL = r"(?:ok(?:ay)?|so|alright|all right|well|hm+|right|now|sure|certo|bem|bom|então|vamos lá|agora|muito bem)"
_USER = r"(?:the user|(?:o|a) (?:usuári[oa]|utilizador[a]?))"
_WISH = (
    r"(?:wants?|asks?|asked|is asking|needs?|requests?|would like|quer|pede|pediu|precisa|deseja|gostaria"
    r"|está (?:pedindo|a pedir))"
)
_BEGIN = (
    r"(?:i (?:need|have|want|should|must|ought)(?: to)?|i(?:'ll| will|'m going to)|let me|let's|we need to)"
    r" (?:first |carefully |now )?(?:read|think|look|see|analy[sz]e|understand|start|begin|figure|check|go through"
    r"|consider|break|parse|recall|review)\b"
    r"|(?:(?:eu )?(?:preciso|tenho de|tenho que|devo|vou|quero)|vamos|deixe-me|deixa-me) (?:primeiro )?"
    r"(?:ler|pensar|ver|olhar|analisar|entender|compreender|começar|verificar|considerar|rever|recordar)\b"
)
_GO_ON = (
    r"i(?:'ll| will| need| have| should| must|'m going| can| might| could| want)\b|let me\b|let's\b|maybe i\b"
    r"|we (?:need|should|can)\b|they (?:want|ask|need)\b"
    r"|(?:eu )?(?:vou|preciso|tenho|devo|posso|quero|poderia)\b|vamos\b|deixe-me\b|deixa-me\b|talvez eu\b"
)
_ORDER = (
    r"(?:(?:first(?:ly)?|then|next|after that|and|so|now|finally|primeiro|depois|em seguida|a seguir|e|então|agora"
    r"|por fim),? ){0,4}"
)
_FIRST = lazy_pattern(
    rf"(?:{_CALL}[,.]? )?{_ORDER}(?:{_USER} {_WISH}\b(?! (?:are|is|were|são|é)\b)|{_BEGIN})", re.IGNORECASE
)
_NEXT = lazy_pattern(rf"(?:{_CALL}[,.]? )?{_ORDER}(?:{_USER}\b|{_GO_ON})", re.IGNORECASE)
_ASKED = lazy_pattern(
    r"\b(?:story|poem|dialogues?|monologues?|thoughts?|think aloud|diary|plan|steps|first person|role-?play|translat\w*"
    r"|história|conto|poema|diálogos?|monólogos?|pensamentos?|diário|plano|passos|primeira pessoa|traduz\w*)\b",
    re.IGNORECASE,
)
_PROMPT_SHOWN = 20_000


def is_thinking(text: str, prompt: str | None) -> bool:
    """Tell whether a text only thinks aloud, and nobody asked for that. Without the prompt nobody can tell."""
    if prompt is None or len(text) > LONGEST or _ASKED.search(prompt[:_PROMPT_SHOWN]):
        return False
    sentences = [sentence for line, _ in bare_lines(text) for sentence in bare_sentences(line)]
    if not sentences or _FIRST.match(sentences[0]) is None:
        return False
    return all(_NEXT.match(sentence) is not None or _FIRST.match(sentence) for sentence in sentences[1:])
