"""Requests drawn from the schema, made by the methods of the client in TypeScript, to a real daemon.

Each is ended by the reply that is due, as its type promises, or by an exception with a code that the schema has; none
is `internal`. A seed has the same requests again.
"""

import json
import os
import secrets
from collections import Counter
from functools import partial
from pathlib import Path
from subprocess import PIPE
from typing import Any

import trio

from orchd.codegen.reading.frames import read_contract
from tests.examples import examples
from tests.fix_daemon import Daemon, StartDaemon
from tests.fix_simulator import RunningSimulator
from tests.fix_typescript import Node
from tests.schema_draws import Drawer, DrawnFrame
from tests.wire.client import HANG_SECONDS
from tests.wire.people import ask, browser, first_user
from tests.wire_schema import published, validator

REQUESTS = examples(600)
SEED = int(os.environ.get("ORCHD_FUZZ_SEED", "0")) or secrets.randbelow(10**9)
AT_ONCE = 20

DRIVER = """
import {{ createInterface }} from "node:readline";
import {{ connect, OrchdError, RequestError, Subscription }} from {module};

function call(client: any, {{ type, data }}: any): any {{
  const names = type.split(":").map((part: string) => part.replace(/-(.)/g, (_, letter) => letter.toUpperCase()));
  const last = names.pop();
  const family = names.reduce((outer: any, name: string) => outer[name], client);
  return family[last](data, {{ signal: AbortSignal.timeout({ms}) }});
}}

async function outcome(coming: Promise<any>, request: any): Promise<object> {{
  try {{
    const reply = await call(await coming, request);
    if (!(reply instanceof Subscription)) return {{ reply }};
    reply.close();
    return {{ reply: reply.reply }};
  }} catch (error) {{
    if (!(error instanceof OrchdError)) return {{ lost: String(error) }};
    if (!(error instanceof RequestError)) return {{ lost: error.name }};
    return {{ code: error.code, text: error.message }};
  }}
}}

let coming: any;
for await (const line of createInterface(process.stdin)) {{
  const {{ token, requests }} = JSON.parse(line);
  const state = await coming?.then((client: any) => client.state, () => "closed");
  if (state === undefined || state === "closed") coming = connect({url}, {{ token }});
  console.log(JSON.stringify(await Promise.all(requests.map((request: any) => outcome(coming, request)))));
}}
(await coming)?.close();
"""


class Driver:
    """A process that makes requests."""

    def __init__(self, process: trio.Process) -> None:
        self._process = process
        self._read = b""

    async def make(self, token: str, requests: list[DrawnFrame]) -> list[dict[str, Any]]:
        """Make requests at once, as whose token this is; return what has come of each."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        told = {"token": token, "requests": [drawn.frame for drawn in requests]}
        with trio.fail_after(HANG_SECONDS):
            await self._process.stdin.send_all(json.dumps(told).encode() + b"\n")
            while b"\n" not in self._read:
                more = await self._process.stdout.receive_some()
                assert more, "the client has ended"
                self._read += more
        line, _, self._read = self._read.partition(b"\n")
        found: list[dict[str, Any]] = json.loads(line)
        return found

    async def end(self) -> None:
        """Have it close its connection and end."""
        assert self._process.stdin is not None
        await self._process.stdin.aclose()


def judge(drawn: DrawnFrame, outcome: dict[str, Any], replies: dict[str, str]) -> str:
    """Raise `AssertionError` unless a request was ended as it should be; return how."""
    what = f"{str(drawn.frame)[:2_000]} → {str(outcome)[:1_000]}"
    if "reply" in outcome:
        kind = replies[drawn.kind]
        errors = [*validator("ServerFrame", kind, strict=True).iter_errors({"type": kind, "data": outcome["reply"]})]
        assert not errors, f"{errors[0].message}: {what}"
        return "ok"
    if "code" in outcome:
        assert outcome["code"] in published()["$defs"]["ErrorCode"]["enum"], what
        assert outcome["code"] != "internal", what
        return str(outcome["code"])
    assert outcome["lost"] == "DisconnectedError", what
    return "lost"


async def new_token(one: Daemon) -> str:
    """A token of the admin's."""
    admin = await browser(one, "maria")
    scopes = published()["$defs"]["Scope"]["enum"]
    token: str = (await ask(admin, "token:create", name=secrets.token_hex(8), scopes=scopes))["token"]
    await admin.aclose()
    return token


async def test_each_request_gets_a_typed_answer(
    daemon: StartDaemon, simulator: RunningSimulator, node: Node, typescript_folder: Path, tmp_path: Path
) -> None:
    print(f"ORCHD_FUZZ_SEED={SEED}")  # noqa: T201  # to have the same requests again
    settings = {"server": {"framesPerSecond": 0}, "workspace": {"maxRows": 500}}
    one = await daemon(simulator.url, settings=settings)
    admin = await first_user(one)
    drawer = Drawer(published(), SEED, {user["id"] for user in (await ask(admin, "user:list"))["items"]})
    replies = {kind: told.reply for kind, told in read_contract(json.dumps(published()).encode()).requests.items()}
    program, module = tmp_path / "driver.ts", json.dumps(str(typescript_folder / "src" / "index.ts"))
    program.write_text(
        DRIVER.format(module=module, url=json.dumps(one.ws_url), ms=HANG_SECONDS * 500), encoding="utf-8"
    )
    codes: Counter[str] = Counter()
    async with trio.open_nursery() as nursery:
        start = partial(trio.run_process, [node.program, str(program)], stdin=PIPE, stdout=PIPE)
        driver = Driver(await nursery.start(start))
        token = await new_token(one)
        for _ in range(0, REQUESTS, AT_ONCE):
            requests = [drawer.draw(spoilt=False) for _ in range(AT_ONCE)]
            outcomes = await driver.make(token, requests)
            ends = [judge(drawn, outcome, replies) for drawn, outcome in zip(requests, outcomes, strict=True)]
            codes.update(ends)
            for drawn, outcome in zip(requests, outcomes, strict=True):
                drawer.memory.look(outcome.get("reply", {}), drawn.kind.rpartition(":")[0].rpartition(":")[2])
            if "lost" in ends or "unauthorized" in ends:
                token = await new_token(one)
        await driver.end()
    print(codes)  # noqa: T201  # what has come of them
    assert codes["ok"] > REQUESTS / 10, codes
    assert await one.terminate() == 0, one.stderr
