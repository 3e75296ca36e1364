"""What answers are filled with."""

import random

from orchd.simulator.content.filler import one_of_each, sentence


def test_markdown_has_each_form_once() -> None:
    text = "".join(one_of_each(random.Random(0)))
    for sign in ("\n\n## ", "\n1. ", "| --- |", "\n```python\n", "\n> ", "\n\n$$", "\n\n* "):
        assert text.count(sign) == 1, sign
    assert "{" not in text.replace("{i=1}", "").replace("^{n}", "").replace("{n(n+1)}{2}", ""), "no word is left open"


def test_a_sentence_depends_on_what_it_is_drawn_from() -> None:
    drawn = {sentence(random.Random(seed)) for seed in range(50)}
    assert len(drawn) > 40
    assert all(each.endswith(".") for each in drawn)
    assert sentence(random.Random(1)) == sentence(random.Random(1))
