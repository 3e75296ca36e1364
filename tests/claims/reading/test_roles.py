from orchd.claims.reading.roles import agents, by_agent, direction, is_subject, is_verbal, led_by
from tests.claims.parts import reading


def test_who_acts_and_what_leads() -> None:
    read = reading("the lamp was lit by Ann in May")
    assert by_agent(read, 5)
    assert not by_agent(read, 1)
    assert agents(read, 0, len(read.tokens)) == 1
    assert led_by(read, 7) == "in"
    assert led_by(read, 1) == ""
    assert is_subject(read, 1)
    assert not is_subject(read, 5)
    assert is_verbal(reading("restarted"), 0)


def test_directions() -> None:
    read = reading("it fell from 5 to 4")
    assert [direction(read, index) for index in read.values] == ["from", "to"]
    assert direction(reading("a 4"), 1) == ""
