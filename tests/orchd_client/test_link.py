"""A connection that comes back: how it begins, when it ends for good, and how long it waits in between."""

from http import HTTPStatus
from itertools import pairwise

import anyio
import pytest

from orchd.orchd_client import DisconnectedError, NotADaemonError, OrchdError, errors
from orchd.orchd_client.facts import FACTS
from orchd.orchd_client.runtime.link import JITTER, LinkTerms
from orchd.orchd_client.runtime.opening import open_link
from orchd.orchd_client.runtime.socket import ClosedError
from tests.fix_scripted import golden
from tests.orchd_client.loops import on_both_loops
from tests.orchd_client.scripted import Script, Visit, client_of, connected, scripted
from tests.wire_schema import published

PONG = golden("pong")
UNAUTHORIZED = {"code": "unauthorized", "message": "m", "retryable": False}
CLOSES = [(told["code"], told["reconnect"]) for told in published()["x-closeCodes"]]


async def greet(visit: Visit) -> None:
    await visit.greet()


async def answer(visit: Visit) -> None:
    await visit.greet()
    await visit.answer("ping", PONG, "pong")


async def never(visit: Visit) -> None:
    raise AssertionError("it came back")


@on_both_loops
async def test_a_token_is_sent_as_a_header_or_in_the_first_frame() -> None:
    async def by_header(visit: Visit) -> None:
        await visit.greet()
        assert visit.request.headers["Authorization"] == "Bearer orchd_pat_x"
        assert visit.request.headers["Cookie"] == "a=b"
        assert await visit.rest() == []

    async def by_frame(visit: Visit) -> None:
        await visit.accept()
        assert "Authorization" not in visit.request.headers
        frame = await visit.receive("session:authenticate")
        assert frame["data"] == {"token": "orchd_pat_x"}
        await visit.send("session:ready", golden("session:ready"))
        await visit.send("session:authenticate", golden("session:authenticate"), frame["id"])
        await visit.answer("ping", PONG, "pong")

    async with client_of(by_header, token="orchd_pat_x", headers={"Cookie": "a=b"}) as client:
        assert client.ready is not None
    async with client_of(by_frame, token="orchd_pat_x", token_in_frame=True) as client:
        assert (await client.ping()).timestamp == PONG["timestamp"]


@on_both_loops
async def test_a_daemon_that_waits_for_a_token_is_made_to_say_so() -> None:
    async def script(visit: Visit) -> None:
        await visit.accept()
        await visit.answer("ping", UNAUTHORIZED, "error")

    with pytest.raises(errors.UnauthorizedError), anyio.fail_after(5):
        async with client_of(script):
            raise AssertionError("it is connected")


@on_both_loops
async def test_a_wrong_token_in_a_frame_is_told() -> None:
    async def script(visit: Visit) -> None:
        await visit.accept()
        await visit.answer("session:authenticate", UNAUTHORIZED, "error")

    with pytest.raises(errors.UnauthorizedError):
        async with client_of(script, never, token="t", token_in_frame=True):
            raise AssertionError("it is connected")


@on_both_loops
async def test_whoever_says_nothing_is_given_up() -> None:
    async def script(visit: Visit) -> None:
        await visit.accept()

    with pytest.raises(DisconnectedError, match="says nothing"):
        async with client_of(script):
            raise AssertionError("it is connected")


@on_both_loops
async def test_another_first_frame_is_no_daemons() -> None:
    async def script(visit: Visit) -> None:
        await visit.accept()
        await visit.send("hello", {})

    with pytest.raises(NotADaemonError, match="hello"):
        async with client_of(script):
            raise AssertionError("it is connected")


@on_both_loops
async def test_a_refused_handshake_says_why_and_when_to_come_again() -> None:
    body = '{"error": {"code": "busy", "message": "full", "retryable": false}}'

    async def busy(visit: Visit) -> None:
        await visit.refuse(HTTPStatus.SERVICE_UNAVAILABLE, body, Retry_After="7")

    async with scripted(busy, greet) as daemon:
        with pytest.raises(errors.BusyError) as caught:
            async with connected(daemon):
                raise AssertionError("it is connected")
        assert caught.value.retry_after_seconds == 7
        assert caught.value.retryable
        assert len(daemon.dialled) == 1
    async with scripted(busy, greet) as daemon, connected(daemon, patient=True):
        (pause,) = daemon.pauses
        assert 7 <= pause <= 7 * (1 + 2 * JITTER) + 0.1


@on_both_loops
async def test_a_page_and_a_proxy_are_told_apart_from_a_daemon() -> None:
    async def page(visit: Visit) -> None:
        await visit.refuse(HTTPStatus.OK, "<p>Hello")

    async def gate(visit: Visit) -> None:
        await visit.refuse(HTTPStatus.FORBIDDEN, "no")

    async def noise(visit: Visit) -> None:
        await visit.stream.send(b"SSH-2.0-x\r\n\r\n")

    for script, kind in ((page, NotADaemonError), (gate, DisconnectedError), (noise, NotADaemonError)):
        with pytest.raises(kind):
            async with client_of(script):
                raise AssertionError("it is connected")


@on_both_loops
async def test_who_hangs_up_in_the_handshake_is_tried_again() -> None:
    async def silent(visit: Visit) -> None:
        await visit.requested()
        await visit.cut()

    async def half(visit: Visit) -> None:
        await visit.requested()
        await visit.stream.send(b"HTTP/1.1 101 Switching")
        await visit.cut()

    with pytest.raises(ClosedError, match="hung up"):
        async with client_of(silent):
            raise AssertionError("it is connected")
    async with client_of(greet_and_cut, silent, half, answer) as client:
        assert (await client.ping()).timestamp == PONG["timestamp"]


@pytest.mark.parametrize(("code", "again"), CLOSES)
def test_each_close_code_says_whether_to_come_again(code: int, again: bool) -> None:
    async def test() -> None:
        async def script(visit: Visit) -> None:
            await visit.greet()
            await visit.receive("ping")
            await visit.close(code, "why")

        lost: list[OrchdError] = []
        after = answer if again else never
        async with scripted(script, after) as daemon:
            async with connected(daemon, told_loss=lambda error, _attempt: lost.append(error)) as client:
                if again:
                    assert (await client.ping()).timestamp == PONG["timestamp"]
                    assert len(daemon.dialled) == 2
                    assert [str(error) for error in lost] == [f"closed: {code} why"]
                    return
                for _ in range(2):
                    with pytest.raises(ClosedError) as caught:
                        await client.ping()
                    assert caught.value.code == code
                with pytest.raises(ClosedError):
                    await anext(client.unasked())
            assert len(daemon.dialled) == 1

    on_both_loops(test)("trio")


@on_both_loops
async def test_it_comes_back_when_the_daemon_said_and_not_all_at_once() -> None:
    async def script(visit: Visit) -> None:
        await visit.greet()
        await visit.send("session:closing", {"reason": "restart", "reconnectAfterMs": 20_000})
        await visit.close(1001)

    pauses = set()
    for _ in range(5):
        async with scripted(script, answer) as daemon, connected(daemon) as client:
            await client.ping()
            pauses.update(daemon.pauses)
    assert all(20 <= pause <= 20 * (1 + 2 * JITTER) + 0.1 for pause in pauses)
    assert len({round(pause, 6) for pause in pauses}) == 5


@on_both_loops
async def test_pauses_grow_while_nobody_is_there_and_begin_anew_when_somebody_was() -> None:
    async def cut(visit: Visit) -> None:
        await visit.cut()

    async def last(visit: Visit) -> None:
        await visit.greet()
        await visit.answer("ping", PONG, "pong")
        await visit.cut()

    attempts: list[int] = []
    told = [*FACTS.reconnect_seconds, FACTS.reconnect_seconds[-1]]
    scripts: list[Script] = [greet_and_cut, *[cut] * len(told), last, answer]
    async with scripted(*scripts) as daemon:
        async with connected(daemon, told_loss=lambda _error, attempt: attempts.append(attempt)) as client:
            await client.ping()
            await client.ping()
        *pauses, again = daemon.pauses
    assert attempts == [*range(1, len(told) + 2), 1]
    for wanted, pause in zip([*told, told[-1]], pauses, strict=True):
        assert wanted * (1 - JITTER) <= pause <= wanted * (1 + JITTER) + 0.1
    assert again < pauses[1] * 2


async def greet_and_cut(visit: Visit) -> None:
    await visit.greet()
    await visit.cut()


@on_both_loops
async def test_a_daemon_that_greets_and_falls_over_is_not_hammered() -> None:
    async with scripted(*[greet_and_cut] * 6, answer) as daemon, connected(daemon) as client:
        await client.ping()
        assert all(later > earlier for earlier, later in pairwise(daemon.pauses))


@on_both_loops
async def test_in_a_silence_it_asks_whether_anybody_is_there() -> None:
    pings: list[float] = []

    async def script(visit: Visit) -> None:
        await visit.greet()
        began = anyio.current_time()
        for _ in range(3):
            await visit.answer("ping", PONG, "pong")
            pings.append(anyio.current_time() - began)
        await anyio.sleep(10_000)

    async with scripted(script, answer) as daemon, connected(daemon) as client:
        await anyio.sleep(FACTS.silence_seconds * 3 + 5)
        assert len(daemon.dialled) == 1
        await anyio.sleep(FACTS.silence_seconds + FACTS.pong_seconds)
        await client.ping()
    assert [round(at / FACTS.silence_seconds) for at in pings] == [1, 2, 3]
    assert len(daemon.dialled) == 2


@on_both_loops
async def test_a_ping_of_the_daemons_is_answered_and_is_a_sign_of_life() -> None:
    async def script(visit: Visit) -> None:
        await visit.greet()
        for _ in range(6):
            await anyio.sleep(FACTS.silence_seconds - 1)
            visit.protocol.send_ping(b"there?")
            await visit.flush()
        await visit.answer("conversation:create", golden("conversation:create"))
        assert visit.pongs == 6

    async with client_of(script) as client:
        await anyio.sleep(FACTS.silence_seconds * 6)
        await client.conversation.create(title="x")


@on_both_loops
async def test_what_nobody_asked_for_is_kept_the_latest_of_it() -> None:
    async def script(visit: Visit) -> None:
        await visit.greet()
        await visit.receive("ping")
        for number in range(1_000):
            await visit.send("weather:told", {"number": number})

    async with client_of(script) as client:
        with anyio.move_on_after(5):
            await client.ping()
        numbers = []
        async for frame in client.unasked():
            numbers.append(frame.plain["number"])
            if numbers[-1] == 999:
                break
    assert numbers == [*range(900, 1_000)]


@on_both_loops
async def test_what_the_block_raises_comes_out_as_it_is() -> None:
    with pytest.raises(KeyError, match="mine"):
        async with client_of(greet):
            raise KeyError("mine")


@pytest.mark.parametrize(
    "terms",
    [
        {"url": "http://a.example/ws"},
        {"url": "ws://"},
        {"url": "ws://name:word@a.example/ws"},
        {"url": "ws://a.example:99999/ws"},
        {"url": "ws://a.example:0/ws"},
        {"url": "ws://a.example/ws#part"},
        {"url": "ws://a.example/é"},
        {"url": "ws://[::1/ws"},
        {"token": "a\r\nX: y"},
        {"token": "tokén"},
        {"token": " "},
        {"headers": {"Cookie": "a\nb"}},
        {"headers": {"A:\r\n": "a"}},
    ],
)
def test_what_can_be_no_address_or_header_is_refused_before_anything_is_sent(terms: dict[str, str]) -> None:
    async def test() -> None:
        async with scripted(never) as daemon:
            told = {"url": "ws://a.example/ws", "dial": daemon.dial} | terms
            with pytest.raises(ValueError, match=r"address|header|port|Port|IPv6") as caught:
                async with open_link(FACTS, LinkTerms(**told), patient=True):  # type: ignore[arg-type]
                    raise AssertionError("it is connected")
            assert "tokén" not in str(caught.value)

    on_both_loops(test)("trio")
