"""The client that is written: well formed, typed, small, and of one mind with the schema."""

import gzip
import json
import subprocess
from pathlib import Path

import pytest

from orchd.codegen.folder import write_folder
from orchd.codegen.reading.document import SchemaError
from orchd.codegen.reading.frames import read_contract
from orchd.codegen.typescript.package import hand_written, write_package
from orchd.features import make_codec
from orchd.protocol import PROTOCOL
from orchd.protocol.schema.published import schema_text
from tests.codegen_schema import TEXT, Json, as_file, client_frame, members, refer, server_frame, small_schema
from tests.fix_typescript import ROOT, TOOLS, Node
from tests.protocol.schema.test_json_schema import instances

RUNTIME_BYTES = 12 * 1024
"""How long the runtime may be, compressed."""
TYPED = """
import { type AnyPaint, type Client, connect, type Paint, UnauthorizedError } from "../src/index.ts";

export async function use(): Promise<Paint> {
  await using client: Client = await connect("ws://127.0.0.1/ws", { token: "t" });
  const paint: Paint = await client.paint.create({ from: "here", class: null, waitMs: 5, coats: [] });
  const shade: string | undefined = paint.shade;
  const coats: AnyPaint[] = paint.coats ?? [];
  for (const coat of coats) if (coat.kind === "red") console.log(coat.red, shade === "dark");
  for await (const frame of client.paint.mix({ from: "here" })) console.log(frame.type === "pong", frame.data);
  const followed = await client.paint.subscribe();
  for await (const frame of followed) {
    if (frame.type === "paint:create") console.log(frame.data.from);
  }
  // @ts-expect-error: it must be a text
  await client.paint.create({ from: 7 });
  // @ts-expect-error: it must be there
  await client.paint.create({});
  // @ts-expect-error: there is no such member
  await client.paint.create({ from: "here", colour: "red" });
  // @ts-expect-error: there is no such shade
  await client.paint.create({ from: "here", shade: "middling" });
  return paint;
}

export const more: boolean = new UnauthorizedError({ code: "unauthorized" }).retryable;
"""

READING = """
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { connect } from "./src/index.ts";
import { readFrame } from "./src/runtime/messages.ts";

const socket = { readyState: 1, send: () => undefined, close: () => undefined };
const coming = connect("ws://daemon/ws", { makeSocket: () => socket });
const data = { epoch: "", limits: { maxInFlight: 9, maxFrameBytes: 9000 } };
socket.onmessage({ data: JSON.stringify({ type: "session:ready", data }) });
const plain = (_, value) => (typeof value === "bigint" ? Number(value) : value);
const client = await coming;
const opening = client.task.subscribe();
const answer = client.chat.send({ message: "Hello!" });
await new Promise(setImmediate);
socket.onmessage({ data: JSON.stringify({ type: "task:subscribed", id: "1", data: {} }) });
await opening;
for (const text of JSON.parse(readFileSync("drawn.json", "utf8"))) {
  const [read, said] = [readFrame(text), JSON.parse(text)];
  assert.deepEqual(JSON.parse(JSON.stringify(read, plain)), said);
  socket.onmessage({ data: text });
  socket.onmessage({ data: JSON.stringify({ ...said, id: "2" }) });
  await new Promise(setImmediate);
  assert.equal(client.state, "connected", text);
}
answer.finish().catch(() => undefined);
client.close();
console.log("read");
"""


def larger_schema() -> Json:
    """Return a small schema with a stream, a subscription, and another error."""
    schema = small_schema()
    definitions = schema["$defs"]
    definitions["ErrorCode"]["x-codes"]["unauthorized"] = {"retryable": False, "description": "Who?"}
    frames = {
        "PaintMixFrame": client_frame("paint:mix", "PaintCreate", "PaintFrame", **{"x-before": ["PongFrame"]}),
        "PaintStopFrame": client_frame("paint:stop", "Ping", "PongFrame"),
        "PaintSubscribeFrame": client_frame(
            "paint:subscribe",
            "Ping",
            "PongFrame",
            **{"x-pushes": ["PaintFrame", "PongFrame"], "x-subscription": {"end": "PaintStopFrame"}},
        ),
    }
    definitions.update(frames)
    definitions["ClientFrame"]["oneOf"] += map(refer, frames)
    return schema


def written(schema: Json) -> dict[str, str]:
    return write_package(read_contract(as_file(schema)))


def test_the_whole_client_its_tests_and_all_golden_frames_are_well_typed(node: Node, typescript_folder: Path) -> None:
    node.compile("--project", "tests", folder=typescript_folder)


def test_its_own_tests_pass(node: Node, typescript_folder: Path) -> None:
    switches = ("--test", "--test-isolation=none", "--test-timeout=30000", "--test-reporter=tap")
    told = node.run(*switches, "tests/*.test.ts", folder=typescript_folder)
    assert "\n# fail 0\n" in told
    assert int(told.partition("\n# pass ")[2].partition("\n")[0]) >= 40


def test_what_is_written_from_a_small_schema_is_typed_and_formatted(node: Node, tmp_path: Path) -> None:
    write_folder(tmp_path / "client", written(larger_schema()))
    node.is_formatted("client/src", "client/package.json", folder=tmp_path)
    (tmp_path / "client" / "tests").mkdir()
    (tmp_path / "client" / "tests" / "use.ts").write_text(TYPED, encoding="utf-8")
    switches = '"noEmit": true, "rootDir": "..", "types": []'
    config = f'{{"extends": "../tsconfig.json", "compilerOptions": {{{switches}}}, "include": ["."]}}'
    (tmp_path / "client" / "tests" / "tsconfig.json").write_text(config, encoding="utf-8")
    node.compile("--project", "tests", folder=tmp_path / "client")


def test_some_of_the_whole_client_is_written_as_it_would_be_formatted(node: Node, typescript_folder: Path) -> None:
    files = [f"src/{name}.ts" for name in ("client", "errors", "facts", "families/conversation", "families/chat")]
    by_hand = ("package.json", "tsconfig.json", "src/runtime", "tests/*.test.ts", "tests/scripted_daemon.ts")
    node.is_formatted(*by_hand, *files, folder=typescript_folder)


def test_whatever_the_daemon_may_send_is_read(node: Node, typescript_folder: Path) -> None:
    frames = [frame for kind in sorted(make_codec().server_frames) for frame in instances("ServerFrame", kind, count=2)]
    (typescript_folder / "drawn.json").write_text(json.dumps([*map(json.dumps, frames)]), encoding="utf-8")
    (typescript_folder / "reading.mjs").write_text(READING, encoding="utf-8")
    assert node.run("reading.mjs", folder=typescript_folder) == "read\n"


def test_it_is_built_as_a_package(node: Node, typescript_folder: Path, tmp_path: Path) -> None:
    node.compile("--outDir", str(tmp_path), "--removeComments", "--sourceMap", "false", folder=typescript_folder)
    assert (tmp_path / "index.d.ts").is_file()
    runtime = b"".join(path.read_bytes() for path in sorted((tmp_path / "runtime").glob("*.js")))
    assert 4_000 < len(gzip.compress(runtime)) < RUNTIME_BYTES
    (tmp_path / "use.ts").write_text('import { type Client } from "./index.js";\nexport type Mine = Client;\n')
    plain = ("--ignoreConfig", "--noEmit", "--strict", "--target", "es2022", "--module", "nodenext", "--types", "")
    node.compile(*plain, "use.ts", folder=tmp_path)  # as somebody has it who knows nothing of what it needs
    only_errors = 'import { NotFoundError } from "./errors.js"; console.log(new NotFoundError({}).retryable);'
    assert node.run("--input-type=module", "--eval", only_errors, folder=tmp_path) == "false\n"


def test_the_same_schema_gives_the_same_files() -> None:
    contract = read_contract(schema_text().encode())
    assert write_package(contract) == write_package(contract)


def test_the_version_is_the_protocols() -> None:
    major = PROTOCOL.rpartition("v")[2]
    assert f'"version": "{major}.0.0"' in write_package(read_contract(schema_text().encode()))["package.json"]


def test_names_that_are_taken_are_called_data() -> None:
    schema = small_schema()
    schema["$defs"] |= {"Promise": members(("then",), then=TEXT), "Subscription": members(), "string": members()}
    schema["$defs"]["Pong"] = members(one={"allOf": [refer("Promise")]}, two={"allOf": [refer("string")]})
    schema["$defs"]["Pong"]["properties"]["a-b"] = TEXT
    found = written(schema)["src/types.ts"]
    assert "export interface PromiseData {\n  /** A text. */\n  then: string;\n}" in found
    assert "export interface SubscriptionData {}" in found
    assert '  one?: PromiseData;\n  two?: stringData;\n  /** A text. */\n  "a-b"?: string;' in found


def test_what_would_end_a_comment_does_not() -> None:
    schema = small_schema()
    schema["$defs"]["Pong"]["description"] = "Ends */ here."
    assert "/** Ends *\\/ here. */" in written(schema)["src/types.ts"]


@pytest.mark.parametrize("name", ["Pa int", "1st", "x;import 'y'", ""])
def test_definitions_that_cannot_be_names_are_refused(name: str) -> None:
    schema = small_schema()
    schema["$defs"][name] = members()
    with pytest.raises(SchemaError, match="can't be made a name in a program"):
        written(schema)


def test_definitions_that_become_one_name_are_refused() -> None:
    schema = small_schema()
    schema["$defs"]["ErrorData"] = members()
    with pytest.raises(SchemaError, match="would both be called 'ErrorData'"):
        written(schema)


@pytest.mark.parametrize("code", ["?", "request"])
def test_error_codes_that_cannot_be_classes_are_refused(code: str) -> None:
    schema = small_schema()
    schema["$defs"]["ErrorCode"]["x-codes"][code] = {"retryable": False}
    with pytest.raises(SchemaError, match="can't be an exception"):
        written(schema)


def test_requests_that_become_one_name_are_refused() -> None:
    schema = small_schema()
    schema["$defs"]["AgainFrame"] = client_frame("paint:CREATE", "Ping", "PongFrame")
    schema["$defs"]["ClientFrame"]["oneOf"].append(refer("AgainFrame"))
    with pytest.raises(SchemaError, match=r"would both be called"):
        written(schema)


def test_requests_that_the_client_has_for_itself_get_a_mark() -> None:
    schema = small_schema()
    for kind in ("close", "paint:then", "paint:delete"):
        name = f"{kind.replace(':', '')}Frame"
        schema["$defs"][name] = client_frame(kind, "Ping", "PongFrame")
        schema["$defs"]["ClientFrame"]["oneOf"].append(refer(name))
    found = written(schema)
    assert "  close_(data: Ping = {}, options?: RequestOptions): Promise<Pong> {" in found["src/client.ts"]
    assert "  then_(data: Ping = {}," in found["src/families/paint.ts"]
    assert "  delete(data: Ping = {}," in found["src/families/paint.ts"]


def test_an_answer_needs_a_text_that_can_be_resumed() -> None:
    schema = small_schema()
    schema["$defs"]["PaintCreateFrame"]["x-resume"] = "PingFrame"
    schema["$defs"]["ToldFrame"] = server_frame("told", "Pong")
    with pytest.raises(SchemaError, match="no frame before the reply has a text"):
        written(schema)


def test_what_is_written_by_hand_goes_into_each_client() -> None:
    folder = ROOT / "orchd/codegen/typescript/by_hand"
    assert hand_written().keys() == {path.relative_to(folder).as_posix() for path in folder.rglob("*.*")}


def test_the_tools_are_those_that_are_pinned() -> None:
    if not TOOLS.is_dir():
        pytest.skip("scripts/node.sh was not run")
    done = subprocess.run(
        ["cmp", str(ROOT / "scripts/node/package-lock.json"), str(TOOLS.parent / "done")], check=False
    )
    assert done.returncode == 0, "run scripts/node.sh"


def test_a_family_of_families_alone_keeps_no_link_that_nobody_asks() -> None:
    schema = small_schema()
    schema["$defs"]["MoreFrame"] = client_frame("brush:hair:wash", "Ping", "PongFrame")
    schema["$defs"]["ClientFrame"]["oneOf"].append(refer("MoreFrame"))
    text = write_package(read_contract(as_file(schema)))["src/families/brush.ts"]
    assert text.count("readonly #link: Link;") == 1, "the compiler refuses what is never read"
