"""Whether a text of a plan only says what should stand there: copied or paraphrased from the form that a planner is
shown. Weak models that are held to a schema fill it in with just that."""

import re

from orchd.patterns import lazy_pattern

MAX_CHARACTERS = 400
"""What is longer says more than a form does."""

_WORD = lazy_pattern(r"[^\W\d_]{2,}")
_BRACKETS = lazy_pattern(r"(?:[<\[({]|\$\{)[^<>\[\]{}]{0,200}[>\])}]+[.!]?")
_ORDER = lazy_pattern(
    r"(?:please )?(?:do|complete|perform|carry|execute|finish|fulfil|answer|solve|write|fa[zç]a|complet[ae]|execut[ae]|"
    r"respond[ae]|resolv[ae]|escrev[ae]|mache|erledige|haz|faites)\b",
    re.IGNORECASE,
)
"""With such a word "the task" is an order, if a short one, and no description of one."""

_FORM_WORDS = """\
a an the this that these its it one some any your their all each every of for in on to with by from as and or is
are be been being must should shall can will would has have needs need needed does do done doing who whoever
whom what which how when where here there not other than
first second third next last se primeira primeiro segunda
short brief full fully complete completely whole detailed details clear name names title titles heading label
prompt prompts description descriptions describes described describe instruction instructions text texts string
strings value values field fields content contents placeholder placeholders example examples sample form format
subtask subtasks task tasks step steps work piece kind type model models person somebody someone sentence
sentences language written write goes put insert enter fill know knows explanation explain explains everything
anything something lorem ipsum todo tbd xxx foo bar null none
o os as um uma e ou do da dos das de no na em por para que qual como quem é são ser será deve devem deverá tem
precisa nome curto curta breve título descrição descreve instrução instruções texto textos passo passos tarefa
tarefas subtarefa subtarefas trabalho feito feita fazer faz completo completa completamente aqui conteúdo valor
exemplo frase frases língua idioma escrito tudo saber modelo
ein eine der die das den des und oder ist sind wird werden soll muss was wer kurz kurzer kurze name titel
beschreibung anweisung aufgabe teilaufgabe schritt vollständig zu tun getan hier
el la los las un una y es lo debe hacer hacerse nombre corto descripción instrucción tarea paso completamente
le les une et ce doit être fait faire nom court description tâche étape complètement"""
_OF_FORMS = frozenset(_FORM_WORDS.split())
"""Words that descriptions of a form are made of, in the languages that small models answer in. None of them says what
a piece of work is about."""


def is_placeholder(text: str) -> bool:
    """Tell whether a text says nothing that a form would not. One without any word is none either; never waits."""
    text = " ".join(text[: MAX_CHARACTERS + 1].split())
    if len(text) > MAX_CHARACTERS:
        return False
    words = _WORD.findall(text.casefold())
    if _BRACKETS.fullmatch(text) or not (words or any(letter.isalnum() for letter in text)):
        return True
    return bool(words) and _OF_FORMS.issuperset(words) and not any(map(str.isdigit, text)) and not _ORDER.match(text)
