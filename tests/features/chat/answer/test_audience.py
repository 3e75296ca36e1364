"""Subscribers of conversations: who gets what, and how often it is encoded."""

from orchd.entity import Belonging
from orchd.features.chat.answer.audience import Audience
from orchd.features.chat.answer.running import Running, asks
from orchd.features.chat.answer.transcript import Transcript
from orchd.features.chat.messages import ChatMessage, ChatProgress
from orchd.hub import Hub
from tests.features.chat.room import Device

FINAL = ChatMessage(9, 7, 8, "assistant", "abcdef", None, "complete", "m", "t", "stop", None, None, None)


def make(count: int) -> tuple[Hub, Audience, list[Device]]:
    hub = Hub()
    audience = Audience(hub)
    devices = [Device() for _ in range(count)]
    for device in devices:
        audience.subscribe(7, device)
    return hub, audience, devices


def tell_all(running: Running) -> None:
    running.tell_progress(ChatProgress(7, 9, "prompt", 1))
    for channel, text in (("reasoning", "hm"), ("content", "abc"), ("content", "def")):
        running.transcript.add("reasoning" if channel == "reasoning" else "content", text)
        running.grow()
    running.tell_end("stop")
    running.tell_final(FINAL)


def test_subscribers_in_step_share_one_encoding_of_every_frame() -> None:
    _, audience, devices = make(20)
    running = Running(7, 9, "epoch", Transcript(), Belonging(0))
    audience.follow(running)
    tell_all(running)
    assert devices[0].types() == ["chat:streaming"] * 4 + ["chat:message"]
    for device in devices[1:]:
        assert all(mine is first for mine, first in zip(device.frames, devices[0].frames, strict=True))


def test_a_slow_one_gets_frames_of_its_own_and_the_same_text() -> None:
    _, audience, (quick, slow) = make(2)
    running = Running(7, 9, "epoch", Transcript(), Belonging(0))
    audience.follow(running)
    slow.held = True
    tell_all(running)
    slow.drain()
    assert quick.text(9) == slow.text(9) == "hmabcdef"
    assert slow.types() == ["chat:streaming"] * 3 + ["chat:message"]
    assert slow.read[-1] == quick.read[-1]


def test_two_answers_at_once_are_not_mixed_up() -> None:
    _, audience, devices = make(3)
    answers = [Running(7, message_id, "epoch", Transcript(), Belonging(0)) for message_id in (9, 10)]
    for running, text in zip(answers, ("abc", "xyz"), strict=True):
        audience.follow(running)
        running.transcript.add("content", text)
    for running in answers:
        running.grow()
    assert [(device.text(9), device.text(10)) for device in devices] == [("abc", "xyz")] * 3


def test_the_asker_is_not_told_twice() -> None:
    _, audience, (asker, other) = make(2)
    running = Running(7, 9, "epoch", Transcript(), Belonging(0))
    audience.tell(7, FINAL, asker)
    running.attach(asks(asker, "r1"))
    audience.follow(running)
    tell_all(running)
    assert asker.types() == ["r1 chat:streaming"] * 4
    assert other.types() == ["chat:message"] + ["chat:streaming"] * 4 + ["chat:message"]


def test_the_asker_alone_is_told_nothing() -> None:
    _, audience, (asker,) = make(1)
    audience.tell(7, FINAL, asker)
    audience.tell(8, FINAL, Device())
    assert not asker.frames


def test_who_left_is_not_told() -> None:
    hub, audience, (stays, leaves, gone) = make(3)
    assert audience.includes(7, leaves)
    assert not audience.includes(8, leaves)
    audience.unsubscribe(7, leaves)
    audience.unsubscribe(8, stays)
    hub.forget(gone)
    assert not audience.includes(7, leaves)
    audience.tell(7, FINAL, Device())
    running = Running(7, 9, "epoch", Transcript(), Belonging(0))
    audience.follow(running)
    tell_all(running)
    assert (len(leaves.frames), len(gone.frames)) == (0, 0)
    assert stays.text(9) == "hmabcdef"
