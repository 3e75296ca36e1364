"""The text of a step and its readers: what is sent makes the whole text, whoever is slow, late or begun anew."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from orchd.features.task.wire.step_text import StepText
from orchd.hub.text_feed import BITE_CHARACTERS
from tests.features.chat.room import Device, Frame
from tests.growth import is_square


def shown(device: Device) -> tuple[str, list[bool]]:
    """The text as a reader has it in the end, and the `done` of its frames."""
    text = ""
    for frame in device.read:
        data: Frame = frame["data"]
        text = data["chunk"] if data["begin"] else text + data["chunk"]
        assert data["seq"] == len(text)
    return text, [frame["data"]["done"] for frame in device.read]


def text_of() -> StepText:
    return StepText(7, 3, "execute", 2)


def test_a_reader_out_of_step_costs_linear_time() -> None:
    def work(size: int) -> Callable[[], object]:
        def read() -> None:
            text, device = text_of(), Device()
            text.follow(device)
            for _ in range(size):
                device.held = True
                text.on_delta("abcd" * 50)
                text.on_delta("abcd" * 50)
                device.held = False
                device.drain()

        return read

    assert not is_square(work, 500)


def test_readers_in_step_cost_one_encoding() -> None:
    text = text_of()
    devices = [Device() for _ in range(50)]
    for device in devices:
        text.follow(device)
    text.on_model("m@x")
    for piece in ("One", " two"):
        text.on_delta(piece)
    text.end()
    for device in devices:
        assert all(mine is first for mine, first in zip(device.frames, devices[0].frames, strict=True))
    assert {shown(device)[0] for device in devices} == {"One two"}
    assert devices[0].read[0] == {
        "type": "task:streaming",
        "data": {
            "taskId": 7, "subtaskId": 3, "step": "execute", "attempt": 2, "model": "m@x", "seq": 3, "begin": True,
            "chunk": "One", "done": False,
        },
    }  # fmt: skip


def test_a_late_reader_gets_all() -> None:
    text, device = text_of(), Device()
    text.on_delta("One")
    text.on_delta(" two")
    text.follow(device)
    text.follow(device)
    text.on_delta(" three")
    text.end()
    assert shown(device) == ("One two three", [False, False, True])


def test_a_slow_reader_gets_it_merged_in_bites() -> None:
    text, device = text_of(), Device()
    text.follow(device)
    text.on_delta("a")
    device.held = True
    for _ in range(BITE_CHARACTERS):
        text.on_delta("bc")
    text.end()
    assert len(device.frames) == 1
    device.drain()
    assert shown(device) == ("a" + "bc" * BITE_CHARACTERS, [False, False, False, True])


def test_text_that_is_begun_anew_replaces_the_old() -> None:
    text, quick, slow = text_of(), Device(), Device()
    text.follow(quick)
    text.follow(slow)
    text.on_model("first@x")
    text.on_delta("Wrong")
    slow.held = True
    text.on_delta(" way")
    text.on_model("second@x")
    text.on_delta("Right")
    slow.drain()
    text.on_model("second@x")  # said again at the end, when another one had failed first
    text.end()
    assert shown(quick)[0] == shown(slow)[0] == "Right"
    assert slow.read[-1]["data"]["model"] == "second@x"


def test_who_has_left_gets_nothing_more() -> None:
    text, device = text_of(), Device()
    text.follow(device)
    text.on_delta("a")
    device.held = True
    text.on_delta("b")
    text.leave(device)
    device.drain()
    text.on_delta("c")
    text.end()
    assert len(device.frames) == 1


def test_a_step_without_text_says_nothing() -> None:
    text, device = text_of(), Device()
    text.follow(device)
    text.on_model("judge@x")
    text.end()
    assert not device.frames


@given(st.lists(st.sampled_from(["delta", "hold", "drain", "model", "attach"]), max_size=40))
def test_whatever_happens_the_reader_has_the_last_text(acts: list[str]) -> None:
    text, device, expected, anew = text_of(), Device(), "", False
    for number, act in enumerate(acts):
        if act == "delta":
            expected = f"{number}," if anew else f"{expected}{number},"
            anew = False
            text.on_delta(f"{number},")
        elif act == "model":
            anew = True
            text.on_model("m@x")
        elif act == "hold":
            device.held = True
        elif act == "drain":
            device.drain()
        else:
            text.follow(device)
    text.follow(device)
    text.end()
    device.drain()
    got, done = shown(device)
    assert got == expected
    assert done.count(True) == int(bool(expected))
