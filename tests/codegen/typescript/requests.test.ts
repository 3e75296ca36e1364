/** Requests, their errors and limits, over a scripted connection. */

import assert from "node:assert/strict";
import { test } from "node:test";

import * as orchd from "../src/index.ts";
import { Daemon, settle } from "./scripted_daemon.ts";

test("a request gets its own reply, and names a method for each type", async () => {
  const daemon = new Daemon();
  const client = await daemon.client();
  assert.equal(client.ready?.protocol, "orchd.v1");
  const first = client.task.dependency.add({ taskId: 1, dependsOn: 2 });
  const second = client.ping();
  await settle();
  const [add, ping] = daemon.latest.sent;
  assert.deepEqual([add?.type, add?.data], ["task:dependency:add", { taskId: 1, dependsOn: 2 }]);
  daemon.latest.say("pong", { timestamp: "now" }, ping?.id);
  daemon.latest.say("task:dependency:add", { task: { id: 1 } }, add?.id);
  assert.equal((await second).timestamp, "now");
  assert.equal((await first).task.id, 1);
});

test("a family can be a request, too", async () => {
  const daemon = new Daemon();
  const client = await daemon.client();
  void client.conversation.import({ text: "{}" } as orchd.ConversationImport).catch(() => undefined);
  void client.conversation.import.list().catch(() => undefined);
  await settle();
  assert.deepEqual(
    daemon.latest.sent.map((frame) => frame.type),
    ["conversation:import", "conversation:import:list"],
  );
  client.close();
});

test("any request can be made by its type", async () => {
  const daemon = new Daemon();
  const client = await daemon.client();
  const known = client.request("ping", {});
  const unknown = client.request("weather:ask", { where: "Lisbon" });
  await settle();
  daemon.latest.say("pong", { timestamp: "now" }, daemon.latest.heard("ping").id);
  daemon.latest.say("weather:ask", { degrees: 20 }, daemon.latest.heard("weather:ask").id);
  const timestamp: string = (await known).timestamp;
  assert.equal(timestamp, "now");
  assert.deepEqual(await unknown, { degrees: 20 });
  const sent = client.request("chat:send", { message: "Hello!" });
  await settle();
  const { id } = daemon.latest.heard("chat:send");
  daemon.latest.say("chat:message", { id: 1, role: "user" }, id);
  daemon.latest.say("chat:message", { id: 2, role: "assistant" }, id);
  assert.equal((await sent).id, 2);
});

test("errors are exceptions by their codes", async () => {
  const daemon = new Daemon();
  const client = await daemon.client();
  const asked = client.task.get({ taskId: 7 });
  await settle();
  const details = { path: "$.data.taskId", field: "taskId", reason: "full", retryAfterMs: 300 };
  daemon.latest.say("error", { code: "busy", message: "later", retryable: true, details }, "1");
  await assert.rejects(asked, (error) => {
    assert(error instanceof orchd.BusyError && error instanceof orchd.RequestError);
    assert.deepEqual([error.name, error.code, error.message, error.retryable], ["BusyError", "busy", "later", true]);
    assert.deepEqual([error.path, error.field, error.reason], ["$.data.taskId", "taskId", "full"]);
    assert.equal(error.retryAfterMs, 300);
    return true;
  });
  const again = client.task.get({ taskId: 7 });
  await settle();
  daemon.latest.say("error", { code: "toString", message: "new", retryable: false }, "2");
  await assert.rejects(again, (error) => error instanceof orchd.RequestError && error.code === "toString");
});

test("only so many requests are in flight, and the others wait in order", async () => {
  const daemon = new Daemon();
  const client = await daemon.client();
  const asked = [1, 2, 3, 4, 5, 6].map((taskId) => client.task.get({ taskId }));
  const leaving = new AbortController();
  const left = client.task.get({ taskId: 7 }, { signal: leaving.signal });
  await settle();
  const sent = daemon.latest.sent;
  assert.equal(sent.length, 3, "two of five are kept for pings and cancels");
  leaving.abort();
  await assert.rejects(left, { name: "AbortError" });
  for (let answered = 0; answered < 6; answered++) {
    daemon.latest.say("task:get", { task: { id: sent[answered]?.data["taskId"] } }, sent[answered]?.id);
    await settle();
  }
  assert.deepEqual(
    (await Promise.all(asked)).map((found) => found.task.id),
    [1, 2, 3, 4, 5, 6],
  );
  assert.equal(sent.length, 6, "the one that was left was never sent");
});

test("a signal cancels a request at the daemon", async () => {
  const daemon = new Daemon();
  const client = await daemon.client({ limits: { maxFrameBytes: 10_000, maxInFlight: 3 } });
  const leaving = new AbortController();
  const asked = client.task.run({ taskId: 7 }, { signal: leaving.signal });
  await settle();
  leaving.abort(new Error("enough"));
  await assert.rejects(asked, /enough/);
  assert.deepEqual(daemon.latest.heard("cancel").data, { id: "1" });
  const next = client.ping();
  await settle();
  assert.equal(daemon.latest.sent.at(-1)?.type, "cancel", "until it has ended its place is taken");
  daemon.latest.say("error", { code: "cancelled", message: "so asked", retryable: false }, "1");
  await settle();
  daemon.latest.say("pong", { timestamp: "now" }, daemon.latest.heard("ping").id);
  await next;
  await assert.rejects(client.ping({}, { signal: AbortSignal.abort() }), { name: "AbortError" });
});

test("what is too long is not sent", async () => {
  const daemon = new Daemon();
  const client = await daemon.client();
  await assert.rejects(client.task.create({ title: "é".repeat(5_000) }), orchd.FrameTooLongError);
  assert.equal(daemon.latest.sent.length, 0);
});

test("no digit of a whole number is lost, on either way", async () => {
  const daemon = new Daemon();
  const client = await daemon.client();
  const schema = { most: 12345678901234567890n, small: 7n, text: "12345678901234567890" };
  const asked = client.model.complete({ prompt: "?", schema } as unknown as orchd.ModelComplete);
  await settle();
  assert.match(daemon.latest.text, /"most":12345678901234567890,"small":7,"text":"12345678901234567890"/);
  const value = '{"large":-98765432109876543210,"safe":9007199254740991,"real":1e30,"text":"98765432109876543210"}';
  daemon.latest.sayText(`{"type":"model:complete","id":"1","data":{"value":${value}}}`);
  const large = { large: -98765432109876543210n, safe: 9007199254740991, real: 1e30, text: "98765432109876543210" };
  assert.deepEqual((await asked).value, large);
  const json = JSON as unknown as Record<string, unknown>;
  const raw = json["rawJSON"];
  delete json["rawJSON"];
  await assert.rejects(
    client.model.complete({ prompt: "?", schema } as unknown as orchd.ModelComplete).finish(),
    TypeError,
  );
  json["rawJSON"] = raw;
});

test("frames that nobody has asked for can be had, unknown ones too", async () => {
  const daemon = new Daemon();
  const client = await daemon.client();
  for (let number = 0; number < 102; number++) daemon.latest.say("weather:told", { number, colour: "red" });
  daemon.latest.say("weather:told", {}, "never asked");
  const told = client.unasked();
  assert.deepEqual((await told.next()).value?.data, { number: 2, colour: "red" }, "the latest hundred are kept");
  client.close();
  let rest = 0;
  for await (const _ of told) rest++;
  assert.equal(rest, 99);
});
