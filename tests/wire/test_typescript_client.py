"""The client in TypeScript and a real daemon: as a program would use it, in Node."""

import json
import random
from functools import partial
from pathlib import Path
from subprocess import PIPE
from typing import Any

import pytest
import trio

from orchd.codegen.folder import write_folder
from orchd.codegen.reading.frames import read_contract
from orchd.codegen.typescript.package import write_package
from tests.examples import examples
from tests.fix_daemon import StartApp, StartDaemon
from tests.fix_simulator import RunningSimulator
from tests.fix_typescript import ROOT, Node
from tests.wire.client import HANG_SECONDS
from tests.wire.people import ask, first_user
from tests.wire.test_generated_client import RandomCuts

SECONDS = max(HANG_SECONDS, examples(500))
"""A drill has the connection cut ten times as often."""
PROGRAM = """
import * as orchd from {module};
const {{ connect }} = orchd;
const URL = {url};
const told: any = {{}};
{body}
console.log(JSON.stringify(told));
"""


def write_program(body: str, url: str, folder: Path, directory: Path) -> Path:
    """A program by the client in a folder, which notes something in `told`."""
    program = directory / "program.ts"
    module = json.dumps(str(folder / "src" / "index.ts"))
    program.write_text(PROGRAM.format(module=module, url=json.dumps(url), body=body), encoding="utf-8")
    return program


async def said(node: Node, body: str, url: str, folder: Path, directory: Path) -> dict[str, Any]:
    """What a program notes in `told`."""
    program = write_program(body, url, folder, directory)
    with trio.fail_after(SECONDS):
        done = await trio.run_process(
            [node.program, str(program)], capture_stdout=True, capture_stderr=True, cwd=directory, check=False
        )
    assert done.returncode == 0, done.stderr.decode()
    told: dict[str, Any] = json.loads(done.stdout.decode().splitlines()[-1])
    return told


@pytest.fixture(scope="module")
def released_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The client that was written from the schema of the last release."""
    folder = tmp_path_factory.mktemp("released") / "client"
    schema = (ROOT / "packaging" / "protocol" / "orchd.v1.schema.json").read_bytes()
    write_folder(folder, write_package(read_contract(schema)))
    return folder


USUAL = """
{
  await using client = await connect(URL);
  told.protocol = client.ready.protocol;
  const answer = client.chat.send({ message: "Hello!" });
  told.text = "";
  for await (const chunk of answer) if (chunk.channel === "content") told.text += chunk.text;
  told.content = answer.message.content;
  told.status = answer.message.status;
  told.question = answer.question.content;
  told.again = (await client.chat.send({ message: "Again" })).status;
  const { task } = await client.task.create({ title: "Tidy up", description: "The desk" });
  const followed = await client.task.subscribe({ taskId: task.id });
  await client.task.update({ taskId: task.id, title: "Tidy up well" });
  for await (const event of followed) {
    if (event.type === "task:update" && event.data.task.title === "Tidy up well") {
      told.title = event.data.task.title;
      break;
    }
  }
  await client.task.get({ taskId: task.id + 1 }).catch((error) => {
    told.error = [error instanceof orchd.NotFoundError, error.code, error.retryable, error.path];
  });
  await client.task.create({ title: "" }).catch((error) => (told.invalid = [error.code, error.path]));
  for await (const event of await client.monitoring.subscribe({ intervalMs: 1000 })) {
    told.cores = event.data.cpu.cores;
    break;
  }
  await client.chat.send({ message: "x".repeat(2_000_000) }).finish().catch((error) => (told.long = error.name));
}
"""


@pytest.mark.parametrize("of", ["typescript_folder", "released_folder"])
async def test_what_the_readme_promises(
    app: StartApp, simulator: RunningSimulator, node: Node, of: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    one = await app(simulator.url)
    told = await said(node, USUAL, one.ws_url, request.getfixturevalue(of), tmp_path)
    assert told["protocol"] == "orchd.v1"
    assert told["text"] == told["content"] != ""
    assert (told["status"], told["again"], told["question"]) == ("complete", "complete", "Hello!")
    assert told["title"] == "Tidy up well"
    assert told["error"] == [True, "not_found", False, "$.data.taskId"]
    assert told["invalid"] == ["invalid", "$.data.title"]
    assert told["cores"] is None or told["cores"] > 0
    assert told["long"] == "FrameTooLongError"


CUT = """
{
  await using client = await connect(URL);
  let parts = [];
  const answer = client.chat.send({ message: "[[simulate: tokens=TOKENS,interval=0.01]]" });
  for await (const chunk of answer) {
    if (!chunk.recovered) parts = [];
    if (chunk.channel === "content") parts.push(chunk.text);
  }
  told.text = parts.join("");
  told.status = answer.message.status;
  const history = await client.chat.history({ conversationId: answer.message.conversationId });
  told.stored = history.messages.at(-1).content;
}
"""


MOST_CUTS = 60
"""Of one answer: a drill asks for ten times as many examples, and each cut costs a connection."""


async def test_an_answer_is_whole_however_often_the_connection_is_cut(
    app: StartApp, simulator: RunningSimulator, node: Node, typescript_folder: Path, tmp_path: Path
) -> None:
    one = await app(simulator.url)
    proxy = RandomCuts(one, min(examples(25), MOST_CUTS), random.Random())
    async with trio.open_nursery() as nursery:
        await nursery.start(proxy.run)
        body = CUT.replace("TOKENS", str(examples(1500)))
        told = await said(node, body, proxy.url, typescript_folder, tmp_path)
        nursery.cancel_scope.cancel()
    assert proxy.cuts >= examples(20)
    assert told["text"] == told["stored"]
    assert len(told["stored"]) > 1000
    assert told["status"] == "complete"


LEFT = """
{
  await using client = await connect(URL);
  const message = "[[simulate: tokens=5000,interval=0.05]]";
  const answer = client.chat.send({ message });
  for await (const chunk of answer) break;
  const { conversationId } = answer.question;
  await using followed = await client.chat.subscribe({ conversationId });
  for (;;) {
    const { messages } = await client.chat.history({ conversationId });
    told.status = messages.at(-1).status;
    if (told.status !== "streaming") break;
    await followed.next();
  }
  const signal = AbortSignal.timeout(300);
  await client.chat.send({ message }, { signal }).finish().catch((error) => (told.cancelled = error.name));
  {
    await using left = client.chat.send({ message });
    await left.next();
  }
  told.now = (await client.ping()).timestamp;
}
"""


async def test_leaving_the_loop_cancels(
    app: StartApp, simulator: RunningSimulator, node: Node, typescript_folder: Path, tmp_path: Path
) -> None:
    one = await app(simulator.url)
    told = await said(node, LEFT, one.ws_url, typescript_folder, tmp_path)
    assert told["status"] == "cancelled"
    assert told["cancelled"] == "TimeoutError"
    client = await one.connect()
    for item in (await client.request("conversation:list"))["data"]["items"]:
        while (await client.history(item["id"]))[-1]["status"] == "streaming":
            await trio.lowlevel.checkpoint()


FOLLOWED = """
{
  await using client = await connect(URL);
  await using other = await connect(DIRECT);
  const followed = await client.conversation.subscribe();
  await other.conversation.create({ title: "first" });
  told.first = (await followed.next()).value.data.item.title;
  for (let number = 0; number < 40; number++) await other.conversation.create({ title: `more ${number}` });
  told.titles = [];
  for await (const event of followed) {
    told.titles.push(event.type === "client:gap" ? "gap" : event.data.item.title);
    if (told.titles.at(-1) === "more 39") break;
  }
}
"""


async def test_a_subscription_misses_nothing_when_the_connection_is_cut(
    app: StartApp, simulator: RunningSimulator, node: Node, typescript_folder: Path, tmp_path: Path
) -> None:
    one = await app(simulator.url)
    proxy = RandomCuts(one, 6, random.Random())
    async with trio.open_nursery() as nursery:
        await nursery.start(proxy.run)
        body = FOLLOWED.replace("DIRECT", json.dumps(one.ws_url))
        told = await said(node, body, proxy.url, typescript_folder, tmp_path)
        nursery.cancel_scope.cancel()
    assert told["first"] == "first"
    assert proxy.cuts >= 2
    assert told["titles"] == [f"more {number}" for number in range(40)]


COME_IN = """
for (const [name, options] of Object.entries({ frame: {}, header: { tokenInHeader: true } })) {
  await using client = await connect(URL, { ...options, token: SECRET });
  told[name] = (await client.user.me()).name;
}
for (const [name, url, options] of [
  ["nobody", URL, {}],
  ["wrong", URL, { token: "orchd_pat_" + "x".repeat(43) }],
  ["page", URL.replace("/ws", "/healthz"), {}],
  ["away", "ws://127.0.0.1:9/ws", {}],
]) {
  told[name] = await connect(url, options).then(() => "connected", (error) => error.name);
}
"""


async def test_users_come_in_by_their_tokens_and_others_hear_why_not(
    app: StartApp, simulator: RunningSimulator, node: Node, typescript_folder: Path, tmp_path: Path
) -> None:
    one = await app(simulator.url)
    admin = await first_user(one)
    made = await ask(admin, "token:create", name="mine", scopes=["admin"])
    body = COME_IN.replace("SECRET", json.dumps(made["token"]))
    told = await said(node, body, one.ws_url, typescript_folder, tmp_path)
    assert (told["frame"], told["header"]) == ("maria", "maria")
    assert (told["nobody"], told["wrong"]) == ("UnauthorizedError", "UnauthorizedError")
    assert (told["page"], told["away"]) == ("DisconnectedError", "DisconnectedError")


RESTARTED = """
{
  await using client = await connect(URL);
  const answer = client.chat.send({ message: "[[simulate: tokens=4000,interval=0.05]]" });
  let parts = [];
  told.recovered = true;
  for await (const chunk of answer) {
    if (!chunk.recovered) {
      told.recovered = false;
      parts = [];
    }
    parts.push(chunk.text);
    if (parts.length === 5) console.log("begun");
  }
  told.text = parts.join("");
  told.status = answer.message.status;
  told.content = answer.message.content;
}
"""


async def test_a_restart_of_the_daemon_is_told_and_the_text_begins_anew(
    daemon: StartDaemon,
    simulator: RunningSimulator,
    node: Node,
    typescript_folder: Path,
    tmp_path: Path,
    free_port: int,
) -> None:
    one = await daemon(simulator.url, port=free_port)
    program = write_program(RESTARTED, one.ws_url, typescript_folder, tmp_path)
    with trio.fail_after(120):
        async with trio.open_nursery() as nursery:
            start = partial(trio.run_process, [node.program, str(program)], stdout=PIPE)
            process: trio.Process = await nursery.start(start)
            assert process.stdout is not None
            lines = b""
            async for data in process.stdout:
                lines += data
                if lines.endswith(b"begun\n"):
                    await one.kill()
                    await one.start()
    told = json.loads(lines.decode().splitlines()[-1])
    assert told["recovered"] is False
    assert told["text"] == told["content"] != ""
    assert told["status"] == "interrupted"
