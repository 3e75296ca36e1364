"""kill -9 in the middle of a long text: what a client was told is done is not done again, and the rest is."""

import trio

from tests.fix_daemon import StartDaemon
from tests.fix_upstream import Exchange, Upstream
from tests.wire import echo

SENTENCES = [f"This is sentence number {number}. " for number in range(6)]
DONE = 3
"""Parts that are answered before the crash."""


class Reader:
    """A model server that answers some questions, and then none until it is let."""

    def __init__(self, upstream: Upstream) -> None:
        echo.set_up(upstream)
        upstream.script = self._read
        self.asked: list[str] = []
        self.models: set[str] = set()
        self.go_on = trio.Event()

    async def _read(self, exchange: Exchange) -> None:
        body = exchange.json()
        self.asked.append(body["messages"][-1]["content"])
        self.models.add(body["model"])
        if len(self.asked) > DONE:
            await self.go_on.wait()
        await echo.echo(exchange)


async def test_a_long_text_goes_on_after_a_crash(daemon: StartDaemon, upstream: Upstream, database_url: str) -> None:
    reader = Reader(upstream)
    one = await daemon(settings={"[backends]": {"url": upstream.url, "kind": "openai"}}, database=database_url)
    client = await one.connect()
    wish = {"text": "".join(SENTENCES), "instruction": "Shorten.", "reduce": "Join.", "size": 12, "parallel": 1}
    await client.send("text:process", wish | {"model": "echo-2"})
    told = await client.until(lambda frame: frame["type"] == "text:progress" and frame["data"]["done"] == DONE)
    await one.kill()
    await client.wait_closed()
    before, reader.asked = reader.asked[:DONE], []
    reader.go_on.set()
    await one.start()
    client = await one.connect()
    final = (await client.request("text:process", {"jobId": told["data"]["jobId"]}))["data"]
    assert (final["complete"], final["failed"], final["model"]) == (True, 0, "echo-2")
    assert len(final["parts"]) == len(SENTENCES)
    assert all(text in part["output"] for text, part in zip(SENTENCES, final["parts"], strict=True))
    assert "Join." in final["result"]
    assert len(reader.asked) == len(SENTENCES) - DONE + 1, "the parts that were missing, and the last step"
    assert not set(before) & set(reader.asked)
    assert reader.models == {"echo-2"}
