"""The texts are what the rules that put faults into them need."""

import pytest

from tests.eval.tasks.seeding import SENTENCE
from tests.eval.tasks.texts import LANGUAGES, Language, TaskText, texts


def test_the_languages_hold_the_same_texts() -> None:
    there = [[(text.id, len(text.part)) for text in texts(language)] for language in LANGUAGES]
    assert there[0] == there[1]
    assert len({name for name, _ in there[0]}) == len(there[0]) == 20


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_that_faults_are_put_into_is_there(language: Language) -> None:
    for text in texts(language):
        assert all(f"[part:{number}]" in text.joined for number in range(1, len(text.part) + 1)), text.id
        assert any(all(name in part.answer for name in text.names) for part in text.part), text.id
        for part in text.part:
            assert part.answer.count(part.denied[0]) == 1, part
            assert len(SENTENCE.split(part.answer)) >= 2, part


@pytest.mark.parametrize("language", LANGUAGES)
def test_aspects_tell_steps_apart(language: Language) -> None:
    def aspects(text: TaskText) -> list[str]:
        return [part.aspect for part in text.part]

    for text in texts(language):
        assert not any(aspect != other and aspect in other for aspect in aspects(text) for other in aspects(text)), (
            text.id
        )
