"""Answers that are nothing but a refusal, in English and Portuguese, and the commonest of some other languages.

That something is not known, or not in the texts, is an answer. So is a refusal that leaves more than apologies, reasons
and offers, or one that was asked for: a translation, a reply to an invitation.
"""

import re

from orchd.features.models.response.sentences import bare_lines, bare_sentences
from orchd.patterns import lazy_pattern

LONGEST = 1_500
_META = (
    r"(?: you)?(?: with)? (?:that|this|these|those|such|it\b|your|the (?:request|task|internet|web|url|link|file"
    r"|image|attachment)"
    r"|external|real-time|current|files|links|urls|websites|attachments|images)"
)
_SERVE = (
    rf"(?:(?:help|assist|comply|fulfil+|answer|respond|create|generate|write|produce|provide|engage|discuss"
    rf"|support|participate"
    rf"|advise|recommend|share)\b(?! (?:but|it|\w+ing)\b)|(?:do|give|perform|access|browse|open|view|process"
    rf"|continue|complete|offer"
    rf"|proceed|carry out|satisfy|accommodate|read){_META}\b)"
)
_META_PT = (
    r"(?:-lo|-la|-l[oa]s)?(?: com)? ?(?:iss?[ot]\b|es[ts][ea]s?\b"
    r"|o (?:seu|teu)|a (?:sua|tua)|seu|sua|à internet|ficheiros|arquivos|links)"
)
_SERVE_PT = (
    r"(?:(?:ajud|auxili|assist|fornec|atend|respond|criar|gerar|escrev|produz|discut|apoi|recomend)[\w-]*"
    rf"|(?:dar|faz|realiz|process|aced|acess|cumpr|prossegu|satisf|continu|complet|partilh|compartilh"
    rf"|abr)\w*{_META_PT})"
)
_ABLE = (
    r"(?:can(?:'t|not| not)|won't|will not|(?:am|'m) (?:unable|not able|not allowed|not permitted"
    r"|not programmed) to"
    r"|(?:must|have to) decline to|(?:do not|don't) have the (?:ability|capability) to)"
)
_SORRY = (
    r"(?:(?:i(?:'m| am)|we(?:'re| are)) (?:very |so |really |truly |deeply )?sorry|sorry|(?:my )?apologies"
    r"|i apologi[sz]e"
    r"|unfortunately|regrettably)"
)
_SORRY_PT = r"(?:(?:me )?desculp(?:a|e|e-me|em)|peço desculpas?|lamento|sinto muito|perdão|infelizmente)"
_AI = r"as an? (?:ai|artificial intelligence|large language model|language model|assistant|chatbot)\b[^.!?]{0,60}?"
_AI_PT = r"como (?:uma? )?(?:ia|inteligência artificial|(?:grande )?modelo de linguagem|assistente)\b[^.!?]{0,60}?"

_REFUSAL = lazy_pattern(
    rf"(?:{_SORRY}[^.!?]{{0,80}}?|{_AI})?\bi ?{_ABLE} (?:\w+ )?{_SERVE}"
    rf"|{_SORRY}[^.!?]{{0,20}}?\b{_ABLE} (?:\w+ )?{_SERVE}"
    rf"|{_AI}\bi(?: ?{_ABLE}| do not have| don't have| lack)\b"
    rf"|(?:{_SORRY}[^.!?]{{0,40}}?)?\bi(?:'d| would) rather not (?:answer|say|help|do|write|discuss)\b"
    rf"|(?:{_SORRY}[^.!?]{{0,40}}?)?\bi(?:'m not| am not| don't feel| do not feel) comfortable (?:with )?"
    r"(?:writing|answering|providing|creating|doing|discussing|helping|generating|sharing)\b"
    rf"|(?:{_SORRY}[^.!?]{{0,40}}?)?\bi (?:must|have to|need to|will) (?:respectfully |politely )?(?:decline"
    rf"|refuse)\b"
    rf"|(?:{_SORRY_PT}[^.!?]{{0,60}}?|{_AI_PT})?\b(?:eu )?(?:não (?:posso|consigo|vou|sou capaz de|me é possível"
    rf"|é possível"
    rf"|estou autorizad[oa] a|tenho permissão para)|recuso-me a|me recuso a) (?:(?:lhe|te|o|a|vos|nos|me"
    rf"|mais) )?{_SERVE_PT}"
    rf"|{_AI_PT}\b(?:eu )?não (?:posso|consigo|tenho)\b"
    r"|(?:lo siento|lamento|disculpa)[^.!?]{0,40}?\bno puedo (?:ayudar|responder|proporcionar|cumplir|hacer"
    r"|asistir)\w*"
    r"|(?:je suis désolée?|désolée?)[^.!?]{0,40}?\bje ne peux pas (?:vous |t'|y )?(?:aider|répondre|fournir|faire"
    r"|accéder)\b"
    r"|(?:es tut mir leid|tut mir leid|entschuldigung)[^.!?]{0,40}?\b(?:kann|darf) ich\b[^.!?]{0,30}?\bnicht\b",
    re.IGNORECASE,
)
_MATERIAL = lazy_pattern(
    r"\b(?:texts?|sources?|documents?|passage|article|context|excerpt|information (?:given|provided)|(?:the|this"
    r"|these) data"
    r"|textos?|fontes?|documentos?|passagem|artigo|contexto|trecho|excerto|(?:os|estes|esses) dados)\b",
    re.IGNORECASE,
)
"""An answer that names what it was given says what that lacks."""

_TURN = lazy_pattern(
    r"[,;–—-]? ?\b(?:but|however|although|though|mas|porém|contudo|no entanto|embora)\b,? ", re.IGNORECASE
)
_HARM = (
    r"[^.!?]{0,60}\b(?:guideline|polic|harm|illegal|unethical|inappropriate|against|violat"
    r"|diretriz|polític|ilegal|antiétic|inadequad)"
)
_AROUND = lazy_pattern(
    rf"(?:{_SORRY}|{_SORRY_PT})\b(?: (?:about|for|por|pel[oa])\b[^.!?]{{0,60}}|[^.!?]{{0,20}})[.!]?\Z"
    r"|(?:please |you (?:can|may|could|should) )?(?:let me know|feel free|try|contact|consult|ask|reach out"
    r"|check)\b"
    r"|is there (?:anything|something)|(?:what|how) (?:else )?(?:can|may|would)\b|can i help|i(?:'m| am) here"
    r"|i(?:'d| would|'ll| will) be (?:happy|glad)|(?:i can|i could|i may|i'd be able to) (?:help|assist|offer"
    r"|suggest|instead|try|provide|answer)"
    r"|if (?:you|there|that)\b|i(?:'m| am) (?:just |only )?(?:an? )?(?:ai|assistant|language|large)|thank|thanks"
    r"|i (?:hope|understand|appreciate)\b"
    rf"|(?:it|this|that|doing so|such|my|our|the|because){_HARM}"
    r"|se (?:tiver|precisar|quiser|houver|desejar|tiveres|precisares|quiseres)\b|(?:por favor|posso (?:ajudar"
    r"|oferecer|sugerir|tentar))\b"
    r"|há (?:mais )?(?:algo|alguma)|(?:diga-me|avise|sinta-se|estou (?:aqui|à disposição)|em que (?:mais )?posso"
    r"|como posso|obrigad[oa]|espero"
    rf"|compreendo|entendo|fico (?:feliz|contente)|sou (?:apenas |só )?(?:uma? )?(?:ia|modelo|assistente))\b"
    rf"|(?:isso|isto|tal|as|o|a|minhas|porque){_HARM}",
    re.IGNORECASE,
)
"""Apologies, reasons and offers."""

_SAYS_SOMETHING = lazy_pattern(r"\d|[:;]\s|`")
_MOST_WORDS = 45

_ASKED = lazy_pattern(
    r"\b(?:translat\w*|traduz\w*|tradu[çc]\w*|paraphras\w*|rephrase|reescrev\w*|rewrite|repl(?:y|ies)|declin\w*"
    r"|refus\w*|recus\w*"
    r"|reject\w*|rejei\w*|apolog\w*|desculpas?|dialogues?|diálogos?|role-?play|excuse|how (?:do|would) (?:you"
    r"|i) say|como se diz|quot\w+"
    r"|say\b.{0,80}\bin [a-z]+|responses? to)\b",
    re.IGNORECASE,
)
_PROMPT_SHOWN = 20_000


def is_refusal(text: str, prompt: str | None) -> bool:
    """Tell whether a text only refuses, and nobody asked for words of refusal."""
    if len(text) > LONGEST or text[0] in "\"'“‘«" or _ASKED.search((prompt or "")[:_PROMPT_SHOWN]):
        return False
    sentences = [sentence for line, _ in bare_lines(text) for sentence in bare_sentences(line)]
    refusing = [sentence for sentence in sentences if _refuses(sentence)]
    return bool(refusing) and all(sentence in refusing or _surrounds(sentence) for sentence in sentences)


def _refuses(sentence: str) -> bool:
    found = _REFUSAL.match(sentence)
    if found is None or _MATERIAL.search(sentence):
        return False
    turns = _TURN.split(sentence[found.end() :])
    return _is_plain(sentence) and all(_AROUND.match(turn) or _REFUSAL.match(turn) for turn in turns[1:])


def _surrounds(sentence: str) -> bool:
    first, *turns = _TURN.split(sentence)
    return _is_plain(sentence) and all(_AROUND.match(part) for part in [first, *turns] if part)


def _is_plain(sentence: str) -> bool:
    return _SAYS_SOMETHING.search(sentence) is None and len(sentence.split()) <= _MOST_WORDS
