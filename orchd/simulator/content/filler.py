"""What an answer is filled with once it has said what it is: sentences that mean nothing, and all that Markdown has."""

import random
from collections.abc import Iterator

_SENTENCES = (
    "The {a} {n} {v} the {m} before anyone {w} it.",
    "In {p}, a {n} {v} {t}, and so does the {m}.",
    "Nothing here was {w} by a model; the {n} only {v} {t}.",
    "If the {n} is {a}, the {m} {v} {t}.",
    "Between two {n}s there is always a {a} {m}.",
    "One could say that the {m} {v} the {n} {t}, or that it was {w} long ago.",
    "A {a} {n} and a {a} {m} have more in common than {p} suggests.",
    "So the {n} was {w}, {t}, and the {m} stayed {a}.",
)
_WORDS = {
    "a": ("quiet", "patient", "bright", "narrow", "simple", "careful", "distant", "steady", "hollow", "curious"),
    "n": ("river", "signal", "letter", "garden", "lantern", "machine", "window", "pattern", "harbour", "thread"),
    "m": ("answer", "morning", "question", "shore", "measure", "echo", "journey", "silence", "ladder", "map"),
    "v": ("follows", "reaches", "repeats", "carries", "mirrors", "meets", "outlives", "explains"),
    "w": ("noticed", "counted", "described", "measured", "repeated", "expected", "planned", "understood"),
    "t": ("slowly", "without hurry", "from left to right", "one word at a time", "as before", "in good order"),
    "p": ("theory", "practice", "this example", "every test", "the long run", "a small room"),
}


def sentence(rng: random.Random) -> str:
    """A sentence about nothing."""
    return rng.choice(_SENTENCES).format_map(_words(rng))


def one_of_each(rng: random.Random) -> Iterator[str]:
    """Blocks of Markdown with the empty line before each: heading, paragraph, lists, table, code, quote, formula."""
    word = _words(rng)
    yield f"\n\n## The {word['a']} {word['n']}"
    yield f"\n\n{sentence(rng)} It is **{word['w']}** and *{word['a']}*, or `{word['n']}` for short. {sentence(rng)}"
    yield "\n\n" + "\n".join(f"{number}. {sentence(rng)}" for number in (1, 2, 3))
    yield "\n\n" + "\n".join(_table(rng))
    yield f"\n\n```python\n{_code(word)}\n```"
    yield f"\n\n> {sentence(rng)}"
    yield f"\n\nWhere $n$ is the {word['n']}:\n\n$$\\sum_{{i=1}}^{{n}} i = \\frac{{n(n+1)}}{{2}}$$"
    yield f"\n\n* {sentence(rng)}\n* {sentence(rng)}"


def _table(rng: random.Random) -> Iterator[str]:
    yield "| What | How | How many |"
    yield "| --- | --- | ---: |"
    for _row in range(3):
        word = _words(rng)
        yield f"| The {word['a']} {word['n']} | {word['t']} | {rng.randrange(1, 10_000)} |"


def _code(word: dict[str, str]) -> str:
    return f'''def {word["w"]}({word["n"]}: str, times: int = 3) -> list[str]:
    """{word["p"].capitalize()}."""
    # {word["t"]}
    return [{word["n"]} for _ in range(times) if {word["n"]} != "{word["m"]}"]'''


def _words(rng: random.Random) -> dict[str, str]:
    return {slot: rng.choice(choices) for slot, choices in _WORDS.items()}
