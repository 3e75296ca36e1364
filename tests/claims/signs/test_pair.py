from tests.claims.parts import paired

SOURCE = "The old tower was built in 1874. Its first keeper lit the lamp. It fell."


def test_how_much_is_covered() -> None:
    assert paired("The old tower was built in 1874.", SOURCE).covered == 1
    assert paired("Zebras eat plums.", SOURCE).covered == 0
    assert 0 < paired("The tower was painted.", SOURCE).covered < 1


def test_a_subject_may_stand_in_a_sentence_before() -> None:
    assert (
        paired("The tower's keeper lit the lamp.", SOURCE, 1).covered
        > paired("The zebra lit the lamp.", SOURCE, 1).covered
    )
    assert paired("tower", SOURCE, 1).is_near(0)
    assert not paired("zebra", SOURCE, 1).is_near(0)


def test_what_the_passage_lacks_and_another_sentence_has() -> None:
    assert paired("The lamp was built in 1874.", SOURCE).moved > 0
    assert paired("The zebra was built in 1874.", SOURCE).moved == 0
    assert paired("The tower was built in 1874.", SOURCE).moved == 0


def test_slots_lie_between_runs() -> None:
    (slot,) = paired("Its second keeper lit the lamp.", SOURCE, 1).slots
    assert (len(slot.ours), len(slot.theirs)) == (1, 1)
    assert (slot.left, slot.right) == (1, 5)


def test_what_is_around_ends_with_the_source() -> None:
    first, last = paired("tower", SOURCE).passage, paired("tower", SOURCE, 2).passage
    assert (len(first.before), len(first.after)) == (0, 1)
    assert (len(last.before), len(last.after)) == (2, 0)


def test_the_subject_that_a_pronoun_resumes() -> None:
    text = "Ann met Bob in the hall. She took the book and left."
    assert paired("Ann left.", text, 1).resumed == [0]
    assert paired("Bob left.", text, 1).resumed == []
    assert paired("Ann met Bob.", text, 0).resumed == []
