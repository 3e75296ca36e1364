/** Connections that begin, end and come back, over scripted ones. */

import assert from "node:assert/strict";
import { mock, test } from "node:test";

import * as orchd from "../src/index.ts";
import { FACTS } from "../src/facts.ts";
import { Daemon, settle } from "./scripted_daemon.ts";

async function pass(ms: number): Promise<void> {
  await settle();
  mock.timers.tick(ms);
  await settle();
}

test("a lost connection comes back, and what changes nothing is asked again", async () => {
  const daemon = new Daemon();
  const client = await daemon.client();
  const states: string[] = [];
  const stop = client.watch((state) => states.push(state));
  const reading = client.task.get({ taskId: 7 });
  const changing = client.task.run({ taskId: 7 });
  await settle();
  daemon.latest.drop();
  await assert.rejects(changing, orchd.DisconnectedError);
  assert.equal(client.ready, undefined);
  await pass(150);
  assert.equal(daemon.sockets.length, 1, "not at once");
  await pass(100);
  assert.equal(daemon.sockets.length, 2);
  daemon.latest.greet();
  await settle();
  daemon.latest.say("task:get", { task: { id: 7 } }, daemon.latest.heard("task:get").id);
  assert.equal((await reading).task.id, 7);
  stop();
  client.close();
  await settle();
  assert.deepEqual(states, ["connecting", "connected"]);
  assert.equal(client.state, "closed");
});

test("what is asked while a connection closes waits until it has", async () => {
  const daemon = new Daemon();
  const client = await daemon.client();
  daemon.latest.readyState = 2;
  const [asked, left] = [client.task.run({ taskId: 7 }), new AbortController()];
  const leaving = client.task.run({ taskId: 7 }, { signal: left.signal });
  await settle();
  left.abort();
  await assert.rejects(leaving, { name: "AbortError" });
  daemon.latest.drop(1001);
  await pass(300);
  daemon.latest.greet();
  await settle();
  daemon.latest.say("task:run", { task: { id: 7 } }, daemon.latest.heard("task:run").id);
  assert.equal((await asked).task.id, 7);
  daemon.latest.readyState = 2;
  const refused = client.task.run({ taskId: 7 });
  await settle();
  daemon.latest.drop(4500);
  await assert.rejects(refused, /closed: 4500/);
});

test("pauses grow, and are told by a daemon that knows better", async () => {
  const daemon = new Daemon();
  await daemon.client();
  daemon.latest.say("session:closing", { reason: "restart", reconnectAfterMs: 4000 });
  daemon.latest.drop(1001);
  await pass(3900);
  assert.equal(daemon.sockets.length, 1);
  await pass(1800);
  assert.equal(daemon.sockets.length, 2);
  for (const [attempt, seconds] of FACTS.reconnectSeconds.slice(1).entries()) {
    daemon.latest.drop();
    await pass(seconds * 790);
    assert.equal(daemon.sockets.length, attempt + 2, "neither sooner");
    await pass(seconds * 420);
    assert.equal(daemon.sockets.length, attempt + 3, "nor later");
  }
});

test("close codes that say so are the end", async () => {
  const daemon = new Daemon();
  const client = await daemon.client();
  const asked = client.task.get({ taskId: 7 });
  await settle();
  daemon.latest.drop(4500, "unauthorized");
  await assert.rejects(asked, (error) => error instanceof orchd.DisconnectedError && error.closeCode === 4500);
  await pass(60_000);
  assert.equal(daemon.sockets.length, 1);
  await assert.rejects(client.ping(), /closed: 4500 unauthorized/);
});

test("a daemon that isn't there is an error at first, unless one is patient", async () => {
  const daemon = new Daemon();
  const coming = orchd.connect("ws://daemon/ws", { makeSocket: daemon.makeSocket });
  daemon.latest.drop();
  await assert.rejects(coming, orchd.DisconnectedError);
  const patient = orchd.connect("ws://daemon/ws", { makeSocket: daemon.makeSocket, patient: true });
  daemon.latest.drop();
  await pass(300);
  daemon.latest.greet();
  assert.equal((await patient).state, "connected");
  const leaving = new AbortController();
  const left = orchd.connect("ws://daemon/ws", {
    makeSocket: daemon.makeSocket,
    patient: true,
    signal: leaving.signal,
  });
  leaving.abort();
  await assert.rejects(left, { name: "AbortError" });
});

test("a daemon that greets and falls over is left alone for longer and longer", async () => {
  const daemon = new Daemon();
  await daemon.client();
  daemon.latest.drop();
  await pass(300);
  daemon.latest.greet();
  daemon.latest.drop();
  await pass(300);
  assert.equal(daemon.sockets.length, 2, "the second pause is half a second");
  await pass(400);
  daemon.latest.greet();
  daemon.latest.say("weather:told", {});
  daemon.latest.drop();
  await pass(300);
  assert.equal(daemon.sockets.length, 4, "one that works is come back to at once");
});

test("a request that ends each connection isn't sent for ever", async () => {
  const daemon = new Daemon();
  const client = await daemon.client();
  const asked = client.task.get({ taskId: 7 });
  asked.catch(() => undefined);
  const followed = client.task.subscribe({ taskId: 7 });
  followed.catch(() => undefined);
  for (let number = 0; number < 8; number++) {
    await settle();
    assert.equal(daemon.latest.sent.length, 2);
    daemon.latest.say("weather:told", {});
    daemon.latest.drop();
    await pass(300);
    daemon.latest.greet();
  }
  await settle();
  assert.equal(daemon.latest.sent.length, 0);
  await assert.rejects(asked, orchd.DisconnectedError);
  await assert.rejects(followed, orchd.DisconnectedError);
});

test("a daemon that waits to be told who connects is asked, and says so", async () => {
  const daemon = new Daemon();
  const coming = orchd.connect("ws://daemon/ws", { makeSocket: daemon.makeSocket });
  daemon.latest.open();
  await pass(1100);
  assert.equal(daemon.latest.heard("ping").id, "ping");
  daemon.latest.say("error", { code: "unauthorized", message: "who?", retryable: false }, "ping");
  await assert.rejects(coming, orchd.UnauthorizedError);
});

test("nothing that answers is waited for without an end", async () => {
  const daemon = new Daemon();
  const coming = orchd.connect("ws://daemon/ws", { makeSocket: daemon.makeSocket });
  daemon.latest.open();
  mock.timers.tick(31_000);
  await assert.rejects(coming, /nothing answers there/);
});

test("the token is the first frame", async () => {
  const daemon = new Daemon();
  const coming = orchd.connect("ws://daemon/ws", { makeSocket: daemon.makeSocket, token: "orchd_pat_x" });
  daemon.latest.open();
  assert.deepEqual(daemon.latest.heard("session:authenticate").data, { token: "orchd_pat_x" });
  daemon.latest.say("error", { code: "unauthorized", message: "no", retryable: false }, "authenticate");
  await assert.rejects(coming, orchd.UnauthorizedError);
  await pass(60_000);
  assert.equal(daemon.sockets.length, 1);
});

test("a header is asked for where the WebSocket takes one", async () => {
  const given: unknown[] = [];
  const global = globalThis as { WebSocket: unknown };
  const before = global.WebSocket;
  global.WebSocket = function (...all: unknown[]) {
    given.push(...all);
    throw new SyntaxError("seen");
  };
  try {
    await assert.rejects(orchd.connect("ws://daemon/ws", { token: "t", tokenInHeader: true }), /seen/);
    assert.deepEqual(given, ["ws://daemon/ws", { protocols: ["orchd.v1"], headers: { Authorization: "Bearer t" } }]);
    global.WebSocket = undefined;
    await assert.rejects(orchd.connect("ws://daemon/ws"), /there is no WebSocket here/);
  } finally {
    global.WebSocket = before;
  }
});

for (const text of ["", "[]", '{"data":{}}', '{"type":"pong","data":7}', '{"type":"pong","data":null}', new Blob([])]) {
  test(`${String(text)} is no frame`, async () => {
    const daemon = new Daemon();
    const client = await daemon.client();
    daemon.latest.sayText(text);
    assert.equal(client.state, "closed");
    await assert.rejects(client.ping(), orchd.NotADaemonError);
  });
}

test("what doesn't greet is no daemon", async () => {
  for (const [type, data] of [
    ["pong", {}],
    ["session:ready", { epoch: 7 }],
  ] as const) {
    const daemon = new Daemon();
    const coming = orchd.connect("ws://daemon/ws", { makeSocket: daemon.makeSocket });
    daemon.latest.open();
    daemon.latest.say(type, data);
    await assert.rejects(coming, orchd.NotADaemonError);
  }
});

test("addresses that are none are refused", async () => {
  for (const url of ["http://127.0.0.1/ws", "ws://name:word@127.0.0.1/ws", "nowhere"]) {
    await assert.rejects(orchd.connect(url), TypeError);
  }
});

test("a silent connection is asked, and given up when nothing comes", async () => {
  const daemon = new Daemon();
  await daemon.client();
  await pass(29_000);
  daemon.latest.say("weather:told", {});
  await pass(29_000);
  assert.equal(daemon.latest.sent.length, 0);
  await pass(2_000);
  daemon.latest.say("pong", { timestamp: "now" }, daemon.latest.heard("ping").id);
  await pass(31_000);
  assert.equal(daemon.latest.sent.length, 2);
  await pass(11_000);
  assert.equal(daemon.latest.readyState, 3);
  await pass(300);
  assert.equal(daemon.sockets.length, 2);
});

test("a device that wakes sees at once whether there is a connection", async () => {
  const page = new EventTarget();
  const look = Object.assign(new EventTarget(), { visibilityState: "hidden" });
  Object.assign(globalThis, {
    addEventListener: page.addEventListener.bind(page),
    removeEventListener: page.removeEventListener.bind(page),
    document: look,
  });
  try {
    const daemon = new Daemon();
    const client = await daemon.client();
    look.dispatchEvent(new Event("visibilitychange"));
    assert.equal(daemon.latest.sent.length, 0, "nobody looks");
    look.visibilityState = "visible";
    look.dispatchEvent(new Event("visibilitychange"));
    assert.equal(daemon.latest.sent.length, 1);
    await pass(11_000);
    daemon.latest.drop();
    await pass(200_000);
    assert.equal(daemon.sockets.length, 2, "it hangs in a handshake");
    daemon.latest.drop();
    page.dispatchEvent(new Event("online"));
    assert.equal(daemon.sockets.length, 3, "without a pause");
    daemon.latest.greet();
    await settle();
    page.dispatchEvent(new Event("offline"));
    daemon.latest.say("pong", { timestamp: "now" }, daemon.latest.heard("ping").id);
    await pass(5_000);
    assert.equal(client.state, "connected", "the daemon is on this machine");
    page.dispatchEvent(new Event("offline"));
    await pass(3_000);
    assert.equal(client.state, "connecting");
    client.close();
    page.dispatchEvent(new Event("online"));
    page.dispatchEvent(new Event("offline"));
    assert.equal(daemon.sockets.length, 3);
  } finally {
    for (const name of ["addEventListener", "removeEventListener", "document"]) {
      delete (globalThis as Record<string, unknown>)[name];
    }
  }
});

test("leaving the block closes, and what still waits is told", async () => {
  const daemon = new Daemon();
  let asked: Promise<unknown>;
  {
    await using client = await daemon.client();
    asked = client.task.get({ taskId: 7 });
    asked.catch(() => undefined);
    await settle();
  }
  await assert.rejects(asked, /the client was closed/);
  assert.equal(daemon.latest.readyState, 3);
});
