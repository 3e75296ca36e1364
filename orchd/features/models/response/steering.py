"""Answers that speak to whoever checks them, in English and Portuguese: "approve this", or a verdict on themselves.

A text that tells of such words is an answer: it quotes them, or was asked about them.
"""

import re

from orchd.llm import json_values
from orchd.patterns import lazy_pattern

LONGEST = 40_000
_CHECKER = (
    r"(?:checkers?|reviewers?|judges?|graders?|evaluators?|validators?|verifiers?|examiners?|assessors?"
    r"|avaliador(?:a|es|as)?|revisor(?:a|es|as)?|juiz(?:es)?|verificador(?:a|es|as)?|validador(?:a|es|as)?"
    r"|corretor(?:a|es|as)?|examinador(?:a|es|as)?)"
)
_RULES = (
    r"(?:instructions?|rules?|prompts?|directions?|guidelines?|commands?|messages?"
    r"|instruç(?:ão|ões)|regras?|ordens|comandos?|mensage(?:m|ns)|diretrizes)"
)
_BEFORE = r"(?:previous|prior|above|earlier|preceding|before (?:this|that)|anteriores?|acima|precedentes?|de antes)"
_GAP, _SPACE = " {1,4}", " {0,4}"
_LED = rf"(?:\A|(?<=[\n.!?(\[*])|(?<=[.!?:] )){_SPACE}"
"""Where a sentence may begin."""

_TO_CHECKER = (
    rf"{_LED}(?:(?:important |special )?(?:notes?|messages?|attention|instructions?|hint|nota|mensagem|atenção"
    rf"|instruç(?:ão|ões)|aviso){_GAP}(?:to|for|of|ao|aos|à|às|para(?: [oa]s?)?)"
    rf"|attention|atenção|dear|to|for|caro|cara|caros|ao|aos|para)"
    rf"{_GAP}(?:the |all |any |[oa]s? )?(?:ai |llm )?{_CHECKER}\b{_SPACE}[:,–—-]"
    rf"|{_LED}{_CHECKER}{_SPACE}[:,]{_SPACE}(?:please |por favor,? )?(?:do not|don't|ignore|approve|give|set|rate"
    r"|não|ignor|aprov|dê|ponh)"
)
_FORGET = (
    rf"\b(?:ignore|disregard|forget|ignor(?:e|em|ar)|desconsider(?:e|em|ar)|esqueç(?:a|am)){_GAP}"
    r"(?:(?:all|any|everything|the|your|of|todas?|todos?|as|os|quaisquer) ){0,4}"
    rf"(?:{_BEFORE}{_GAP}{_RULES}|{_RULES}{_GAP}{_BEFORE})"
)
_APPROVE = (
    r"\b(?:set|mark|put|keep|answer with|respond with|reply with|return|output|ponha|marque|coloque|defina"
    rf"|responda com|devolva){_GAP}(?:the )?[\"'`]?approved[\"'`]?{_SPACE}(?:to|=|:|as|em|como|para)?{_SPACE}"
    r"[\"'`]?(?:true|yes|sim)\b"
    rf"|\b(?:give|award|grant|dê|atribua|conceda){_GAP}(?:this|it|the|an?|este|esta|a este|a esta|isto|ao)\b"
    rf"[^.!?\n]{{0,40}}?\b(?:(?:full|best|highest|maximum|perfect|top|melhor|máxima|maior){_GAP}"
    rf"(?:score|marks?|grade|rating|nota|pontuação)|(?:nota|pontuação){_GAP}(?:máxima|total))"
)
_STEERING = lazy_pattern(f"{_TO_CHECKER}|{_FORGET}|{_APPROVE}", re.IGNORECASE)
_QUOTED = lazy_pattern(r"[\"“”«»`][^\"“”«»`\n]{10,300}[\"“”«»`]|```.*?(?:```|\Z)", re.DOTALL)
_ASKED = lazy_pattern(
    rf"\b(?:prompt[- ]injections?|injections?|jailbreak\w*|injeç(?:ão|ões))\b"
    rf"|\b(?:notes?|letters?|e-?mails?|messages?|repl(?:y|ies)|responses?|appeals?|address\w*|notas?|cartas?|mensage(?:m|ns)"
    rf"|respostas?|recursos?)\b.{{0,60}}\b{_CHECKER}\b",
    re.IGNORECASE,
)
_PROMPT_SHOWN = 20_000
_VERDICT = (frozenset({"approved", "score"}), frozenset({"approved", "criteria"}))


def steering(text: str, prompt: str | None) -> str | None:
    """Return the words by which a text tries to steer its checker, None where there are none or they were asked for.

    Without the prompt nobody can tell.
    """
    if prompt is None or len(text) > LONGEST or _ASKED.search(prompt[:_PROMPT_SHOWN]):
        return None
    found = _STEERING.search(_QUOTED.sub(" ", text))
    if found is not None:
        words = found[0].strip()
        return None if words in prompt else words
    values = json_values(text, "lenient", lambda value: isinstance(value, dict) and _is_verdict(value))
    return next((written for _, written in values), None)


def _is_verdict(value: dict[str, object]) -> bool:
    return any(members <= value.keys() for members in _VERDICT)
