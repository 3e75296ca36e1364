"""Several devices in one conversation: all of them hear the same."""

from tests.fix_daemon import StartApp
from tests.fix_simulator import RunningSimulator
from tests.wire.client import Client
from tests.wire.referee import Frame

MODEL = "simulated-small"
ENDING = "[[simulate: tokens=40,interval=0.005]]"
STALL = "[[simulate: stall_after=3]]"


def is_final_message(frame: Frame) -> bool:
    return bool(frame["type"] == "chat:message" and frame["data"]["role"] == "assistant")


def heard(client: Client, *, after: int = 1) -> list[Frame]:
    """What came without having been asked for."""
    return [frame for frame in client.frames[after:] if "id" not in frame]


def without_id(frames: list[Frame]) -> list[Frame]:
    return [{name: value for name, value in frame.items() if name != "id"} for frame in frames]


async def subscribed(client: Client, conversation_id: int) -> list[Frame]:
    final = await client.request("chat:subscribe", {"conversationId": conversation_id})
    assert final["type"] == "chat:subscribed", final
    return list(final["data"]["active"])


async def test_devices_hear_the_same_in_the_same_order_and_the_asker_once(
    app: StartApp, simulator: RunningSimulator
) -> None:
    one = await app(simulator.url)
    asker, phone, tablet = [await one.connect() for _ in range(3)]
    conversation_id = (await asker.chat("[[simulate: tokens=2]]", model=MODEL))["conversationId"]
    for device in (asker, phone, tablet):
        assert await subscribed(device, conversation_id) == []
    request_id = await asker.send("chat:send", {"conversationId": conversation_id, "message": ENDING})
    mine = await asker.answer(request_id)
    for device in (phone, tablet):
        await device.until(is_final_message)
    assert heard(phone) == heard(tablet)
    assert [frame["type"] for frame in heard(phone)] == [frame["type"] for frame in mine]
    told = [frame for frame in heard(phone) if frame["type"] != "chat:streaming"]
    assert told == without_id([frame for frame in mine if frame["type"] != "chat:streaming"])
    texts = [
        "".join(frame["data"]["chunk"] for frame in frames if frame["type"] == "chat:streaming")
        for frames in (mine, heard(phone))
    ]
    assert texts[0] == texts[1] == mine[-1]["data"]["content"]
    assert heard(asker) == []


async def test_whichever_device_cancels_all_see_it(app: StartApp, simulator: RunningSimulator) -> None:
    one = await app(simulator.url)
    asker, phone = await one.connect(), await one.connect()
    request_id, message_id = await asker.started(STALL, model=MODEL)
    conversation_id = asker.frames[1]["data"]["conversationId"]
    (active,) = await subscribed(phone, conversation_id)
    assert active["messageId"] == message_id
    assert active["epoch"] == phone.frames[0]["data"]["epoch"]
    receipt = (await phone.request("chat:cancel", {"messageId": message_id}))["data"]
    assert receipt["status"] == "cancelled"
    assert receipt["upstreamClosedMs"] >= 0
    assert receipt["idleMs"] is None
    final = (await asker.answer(request_id))[-1]["data"]
    assert (await phone.until(is_final_message))["data"] == final
    assert final["status"] == "cancelled"


async def test_joining_in_the_middle_and_resuming_from_the_start(app: StartApp, simulator: RunningSimulator) -> None:
    one = await app(simulator.url)
    asker, phone = await one.connect(), await one.connect()
    request_id, message_id = await asker.started(ENDING, characters=20, model=MODEL)
    (active,) = await subscribed(phone, asker.frames[1]["data"]["conversationId"])
    asked = {"messageId": message_id, "afterSeq": 0, "epoch": active["epoch"]}
    after = len(phone.frames)
    resume_id = await phone.send("chat:resume", asked)
    assert (await phone.answer(resume_id))[-1]["data"]["recovered"]
    final = (await phone.until(is_final_message))["data"]
    first = next(index for index, frame in enumerate(phone.frames) if index >= after and frame.get("id") == resume_id)
    chunks = [frame["data"]["chunk"] for frame in phone.frames[first:] if frame["type"] == "chat:streaming"]
    assert "".join(chunks) == final["content"]
    assert (await asker.answer(request_id))[-1]["data"] == final
    assert [is_final_message(frame) for frame in phone.frames].count(True) == 1


async def test_unsubscribing_and_leaving(app: StartApp, simulator: RunningSimulator) -> None:
    one = await app(simulator.url)
    asker, phone, tablet = [await one.connect() for _ in range(3)]
    conversation_id = (await asker.chat("[[simulate: tokens=2]]", model=MODEL))["conversationId"]
    for device in (phone, tablet):
        await subscribed(device, conversation_id)
    left = await phone.request("chat:unsubscribe", {"conversationId": conversation_id})
    assert left["data"] == {"conversationId": conversation_id}
    tablet.cut()
    await asker.until_connections(2)
    await asker.chat(ENDING, conversationId=conversation_id)
    await phone.request("ping")
    assert heard(phone) == []


async def test_only_of_its_conversation_and_only_of_what_exists(app: StartApp, simulator: RunningSimulator) -> None:
    one = await app(simulator.url)
    asker, phone = await one.connect(), await one.connect()
    conversation_id = (await asker.chat("[[simulate: tokens=2]]", model=MODEL))["conversationId"]
    await subscribed(phone, conversation_id)
    await asker.chat("[[simulate: tokens=2]]", model=MODEL)
    refused = await phone.request("chat:subscribe", {"conversationId": 99})
    assert (refused["type"], refused["data"]["code"]) == ("error", "not_found")
    assert heard(phone) == []
