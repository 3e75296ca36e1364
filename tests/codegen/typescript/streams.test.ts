/** Answers, requests that tell how far they are, and subscriptions, over scripted connections. */

import assert from "node:assert/strict";
import { mock, test } from "node:test";

import * as orchd from "../src/index.ts";
import { Daemon, type Scripted, settle } from "./scripted_daemon.ts";

const QUESTION = { id: 1, conversationId: 3, role: "user", content: "Hello!" };
const ANSWER = { id: 2, conversationId: 3, role: "assistant", content: "Hi there", status: "complete" };

function piece(chunk: string, seq: number, channel = "content"): object {
  return { conversationId: 3, messageId: 2, seq, channel, chunk, done: false };
}

async function comeBack(daemon: Daemon, more: object = {}): Promise<Scripted> {
  daemon.latest.drop();
  mock.timers.tick(300);
  daemon.latest.greet(more);
  await settle();
  return daemon.latest;
}

test("an answer is text that grows, and then a message", async () => {
  const daemon = new Daemon();
  const client = await daemon.client();
  const answer = client.chat.send({ message: "Hello!" });
  await settle();
  const { id } = daemon.latest.heard("chat:send");
  daemon.latest.say("chat:message", QUESTION, id);
  daemon.latest.say("chat:progress", { conversationId: 3, messageId: 2, phase: "prompt", elapsedMs: 5 }, id);
  daemon.latest.say("chat:streaming", piece("hm", 2, "reasoning"), id);
  daemon.latest.say("chat:streaming", piece("Hi", 4), id);
  daemon.latest.say("chat:streaming", piece(" there", 10), id);
  assert.equal(answer.question?.content, "Hello!");
  assert.equal(answer.progress?.phase, "prompt");
  assert.equal(answer.messageId, 2);
  daemon.latest.say("chat:message", ANSWER, id);
  const chunks = [];
  for await (const chunk of answer) chunks.push(chunk);
  assert.deepEqual(chunks, [
    { text: "hm", channel: "reasoning", seq: 2, recovered: true },
    { text: "Hi there", channel: "content", seq: 10, recovered: true },
  ]);
  assert.equal((await answer).content, "Hi there");
  assert.equal(answer.message?.status, "complete");
});

test("whoever watches an answer is told of all that is new", async () => {
  const daemon = new Daemon();
  const client = await daemon.client();
  const answer = client.chat.send({ message: "Hello!" });
  const seen: unknown[] = [];
  const unwatch = answer.watch(() =>
    seen.push(answer.message?.status ?? answer.progress?.phase ?? answer.question?.id),
  );
  await settle();
  daemon.latest.say("chat:message", QUESTION, "1");
  daemon.latest.say("chat:progress", { conversationId: 3, messageId: 2, phase: "queued", elapsedMs: 5 }, "1");
  daemon.latest.say("chat:streaming", piece("Hi", 2), "1");
  assert.deepEqual(seen, [1, "queued", "queued"]);
  daemon.latest.say("chat:message", ANSWER, "1");
  assert.equal(seen.at(-1), "complete");
  unwatch();
  const other = client.chat.send({ message: "Hello!" });
  other.watch(() => seen.push("failed"));
  await settle();
  daemon.latest.say("error", { code: "invalid", message: "empty", retryable: false }, "2");
  assert.equal(seen.at(-1), "failed");
  await assert.rejects(other.finish(), orchd.InvalidError);
});

test("what is refused is thrown at whoever waits, and at nobody else", async () => {
  const daemon = new Daemon();
  const client = await daemon.client();
  const answer = client.chat.send({ message: "" });
  await settle();
  daemon.latest.say("error", { code: "invalid", message: "empty", retryable: false }, "1");
  await settle();
  await assert.rejects(answer.finish(), orchd.InvalidError);
  await assert.rejects(answer.next(), orchd.InvalidError);
});

test("leaving the loop, the block, or by a signal cancels", async () => {
  const daemon = new Daemon();
  const client = await daemon.client();
  const leaving = new AbortController();
  const [left, disposed] = [client.chat.send({ message: "1" }), client.chat.send({ message: "2" })];
  const aborted = client.chat.send({ message: "3" }, { signal: leaving.signal });
  await settle();
  daemon.latest.say("chat:streaming", piece("Hi", 2), "1");
  for await (const chunk of left) {
    assert.equal(chunk.text, "Hi");
    break;
  }
  {
    await using answer = disposed;
    assert.equal(answer.message, undefined);
  }
  leaving.abort(new Error("enough"));
  await assert.rejects(aborted.next(), /enough/);
  await assert.rejects(left.finish(), { name: "AbortError" });
  const cancelled = daemon.latest.sent.filter((frame) => frame.type === "cancel");
  assert.deepEqual(
    cancelled.map((frame) => frame.data["id"]),
    ["1", "2", "3"],
  );
  const never = client.chat.send({ message: "4" }, { signal: AbortSignal.abort() });
  await assert.rejects(never.finish(), { name: "AbortError" });
  await settle();
  assert.equal(daemon.latest.sent.filter((frame) => frame.type === "chat:send").length, 3);
});

test("an answer that waits for its turn is cancelled without being sent", async () => {
  const daemon = new Daemon();
  const client = await daemon.client({ limits: { maxFrameBytes: 1000, maxInFlight: 1 } });
  void client.ping();
  const answer = client.chat.send({ message: "Hello!" });
  await settle();
  answer.cancel();
  daemon.latest.say("pong", { timestamp: "now" }, "1");
  await settle();
  assert.deepEqual(
    daemon.latest.sent.map((frame) => frame.type),
    ["ping"],
  );
});

test("an answer goes on where the connection was lost, as often as it takes", async () => {
  const daemon = new Daemon();
  const client = await daemon.client();
  const answer = client.chat.send({ message: "Hello!" });
  await settle();
  daemon.latest.say("chat:message", QUESTION, "1");
  daemon.latest.say("chat:streaming", piece("Hi", 2), "1");
  await comeBack(daemon);
  assert.deepEqual(daemon.latest.heard("chat:resume").data, { messageId: 2, afterSeq: 2, epoch: "first" });
  daemon.latest.say("error", { code: "unavailable", message: "later", retryable: true }, "1");
  await settle();
  mock.timers.tick(300);
  await settle();
  daemon.latest.say("chat:streaming", piece(" the", 6), "2");
  await comeBack(daemon, { epoch: "second" });
  assert.deepEqual(daemon.latest.heard("chat:resume").data, { messageId: 2, afterSeq: 6, epoch: "first" });
  daemon.latest.say("chat:resumed", { messageId: 2, seq: 6, recovered: true, status: "streaming" }, "1");
  daemon.latest.say("chat:streaming", piece("xx", 6), undefined);
  daemon.latest.say("chat:streaming", { ...piece("other", 90), messageId: 5 });
  daemon.latest.say("chat:streaming", piece("re", 8));
  await comeBack(daemon, { epoch: "third" });
  assert.deepEqual(daemon.latest.heard("chat:resume").data, { messageId: 2, afterSeq: 8, epoch: "second" });
  daemon.latest.say("chat:resumed", { messageId: 2, seq: 8, recovered: true, status: "complete" }, "1");
  daemon.latest.say("chat:message", { ...ANSWER, id: 9 });
  daemon.latest.say("chat:message", ANSWER);
  const chunks = [];
  for await (const chunk of answer) chunks.push(chunk);
  assert.deepEqual(chunks, [{ text: "Hi there", channel: "content", seq: 8, recovered: true }]);
  assert.equal(answer.message?.id, 2);
});

test("after a restart the text begins anew, and says so", async () => {
  const daemon = new Daemon();
  const client = await daemon.client();
  const answer = client.chat.send({ message: "Hello!" });
  await settle();
  daemon.latest.say("chat:streaming", piece("Hi", 2), "1");
  assert.equal((await answer.next()).value?.text, "Hi");
  daemon.latest.say("chat:streaming", piece(" the", 6), "1");
  await comeBack(daemon);
  const message = { ...ANSWER, reasoning: "hm", content: "Hi t", status: "interrupted" };
  daemon.latest.say("chat:resumed", { messageId: 2, seq: 6, recovered: false, status: "interrupted", message }, "1");
  assert.deepEqual(await Array.fromAsync(answer), [
    { text: "hm", channel: "reasoning", seq: 6, recovered: false },
    { text: "Hi t", channel: "content", seq: 6, recovered: true },
  ]);
  assert.equal((await answer.finish()).status, "interrupted");
});

test("an answer that was not heard of is not sent again", async () => {
  const daemon = new Daemon();
  const client = await daemon.client();
  const answer = client.chat.send({ message: "Hello!" });
  await settle();
  await comeBack(daemon);
  await assert.rejects(answer.finish(), /whether the question was stored is not known/);
  const later = client.chat.send({ message: "Hello!" });
  await settle();
  daemon.latest.say("chat:streaming", piece("Hi", 2), "1");
  await comeBack(daemon);
  daemon.latest.say("error", { code: "not_found", message: "gone", retryable: false }, "1");
  await assert.rejects(later.finish(), orchd.NotFoundError);
});

test("what is cancelled while there is no connection is cancelled later", async () => {
  const daemon = new Daemon();
  const client = await daemon.client();
  const answer = client.chat.send({ message: "Hello!" });
  await settle();
  daemon.latest.say("chat:streaming", piece("Hi", 2), "1");
  daemon.latest.drop();
  answer.cancel();
  mock.timers.tick(300);
  daemon.latest.greet();
  await settle();
  assert.deepEqual(daemon.latest.heard("chat:cancel").data, { messageId: 2 });
  assert.equal(daemon.latest.sent.length, 1, "nothing is resumed");
});

test("a question that waits for a connection is sent on the next one", async () => {
  const daemon = new Daemon();
  const client = await daemon.client();
  daemon.latest.drop();
  const answer = client.chat.send({ message: "Hello!" });
  await settle();
  mock.timers.tick(300);
  daemon.latest.greet();
  await settle();
  daemon.latest.say("chat:message", ANSWER, daemon.latest.heard("chat:send").id);
  assert.equal((await answer).id, 2);
});

test("a request tells how far it is", async () => {
  const daemon = new Daemon();
  const client = await daemon.client();
  const loading = client.model.load({ model: "m" });
  await settle();
  daemon.latest.say("model:progress", { model: "m", phase: "loading" }, "1");
  daemon.latest.say("model:load", { model: "m" }, "1");
  const phases = [];
  for await (const frame of loading) phases.push(frame.type, frame.data.phase);
  assert.deepEqual(phases, ["model:progress", "loading"]);
  assert.ok(await loading);
  const left = client.model.load({ model: "m" });
  await settle();
  await left.return();
  assert.deepEqual(daemon.latest.heard("cancel").data, { id: "2" });
  const lost = client.model.load({ model: "m" });
  await settle();
  daemon.latest.drop();
  await assert.rejects(lost.next(), orchd.DisconnectedError);
  await assert.rejects(lost.finish(), orchd.DisconnectedError);
});

test("a reader that is too slow is told what it missed", async () => {
  const daemon = new Daemon();
  const client = await daemon.client();
  const loading = client.model.load({ model: "m" });
  await settle();
  for (let number = 0; number < 1001; number++)
    daemon.latest.say("model:progress", { model: "m", phase: "loading" }, "1");
  let read = 0;
  await assert.rejects(async () => {
    for await (const _ of loading) read++;
  }, orchd.OverflowedError);
  assert.equal(read, 1000);
});

async function followed(daemon: Daemon, client: orchd.Client) {
  const coming = client.conversation.subscribe();
  await settle();
  daemon.latest.say(
    "conversation:subscribe",
    { number: 4, recovered: false },
    daemon.latest.heard("conversation:subscribe").id,
  );
  return coming;
}

test("a subscription that is numbered goes on where it was", async () => {
  const daemon = new Daemon();
  const client = await daemon.client();
  const subscription = await followed(daemon, client);
  assert.equal(subscription.reply.number, 4);
  daemon.latest.say("conversation:changed", { number: 5, change: "created" });
  await comeBack(daemon);
  const again = daemon.latest.heard("conversation:subscribe");
  assert.deepEqual(again.data, { since: 5 });
  daemon.latest.say("conversation:subscribe", { number: 6, recovered: true }, again.id);
  daemon.latest.say("conversation:changed", { number: 6, change: "created" });
  const last = await comeBack(daemon);
  last.say("conversation:subscribe", { number: 900, recovered: false }, last.heard("conversation:subscribe").id);
  assert.deepEqual(last.heard("conversation:subscribe").data, { since: 6 });
  last.say("conversation:changed", { number: 901, change: "updated" });
  subscription.close();
  const seen = [];
  for await (const event of subscription) seen.push(event.type === "client:gap" ? "gap" : event.data.number);
  assert.deepEqual(seen, [5, 6, "gap", 901]);
  await settle();
  assert.equal(last.sent.at(-1)?.type, "conversation:unsubscribe");
});

test("a subscription of one thing takes what is about it, and ends with it", async () => {
  const daemon = new Daemon();
  const client = await daemon.client();
  const coming = [7, 8].map((taskId) => client.task.subscribe({ taskId }));
  await settle();
  for (const { id, data } of daemon.latest.sent) daemon.latest.say("task:subscribed", data, id);
  const [one, other] = await Promise.all(coming);
  assert(one !== undefined && other !== undefined);
  daemon.latest.say("task:update", { task: { id: 7 }, subtasks: [] }, "somebody's");
  daemon.latest.say("task:update", { task: { id: 9 }, subtasks: [] });
  daemon.latest.say("task:unsubscribed", { taskId: 7 });
  const types = [];
  for await (const event of one) types.push(event.type);
  assert.deepEqual(types, ["task:update", "task:unsubscribed"]);
  const shared = client.task.subscribe({ taskId: 8 });
  await settle();
  daemon.latest.say("task:subscribed", { taskId: 8 }, daemon.latest.heard("task:subscribe").id);
  (await shared).close();
  await settle();
  assert.equal(daemon.latest.sent.at(-1)?.type, "task:subscribe", "the other one still needs it");
  await other.return();
  await settle();
  assert.deepEqual(daemon.latest.heard("task:unsubscribe").data, { taskId: 8 });
});

test("a subscription without numbers tells where something may be missing", async () => {
  const daemon = new Daemon();
  const client = await daemon.client();
  const coming = client.monitoring.subscribe({ intervalMs: 1000 });
  await settle();
  daemon.latest.say("monitoring:subscribed", { intervalMs: 1000 }, "1");
  await using metrics = await coming;
  await comeBack(daemon);
  daemon.latest.say("monitoring:subscribed", { intervalMs: 1000 }, "1");
  await comeBack(daemon);
  daemon.latest.say("error", { code: "unavailable", message: "later", retryable: true }, "1");
  await settle();
  mock.timers.tick(300);
  await settle();
  daemon.latest.say("monitoring:subscribed", { intervalMs: 1000 }, "2");
  assert.equal((await metrics.next()).value?.type, "client:gap");
  for (let number = 0; number < 1001; number++) daemon.latest.say("monitoring:metrics", { number });
  await assert.rejects(async () => {
    for await (const _ of metrics);
  }, orchd.OverflowedError);
});

test("a subscription that is refused says so, at first and later", async () => {
  const daemon = new Daemon();
  const client = await daemon.client();
  const refused = client.task.subscribe({ taskId: 7 });
  await settle();
  daemon.latest.say("error", { code: "not_found", message: "none", retryable: false }, "1");
  await assert.rejects(refused, orchd.NotFoundError);
  const subscription = await followed(daemon, client);
  await comeBack(daemon);
  daemon.latest.say("error", { code: "forbidden", message: "no more", retryable: false }, "1");
  await assert.rejects(subscription.next(), orchd.ForbiddenError);
  const leaving = new AbortController();
  const left = client.task.subscribe({ taskId: 7 }, { signal: leaving.signal });
  await settle();
  daemon.latest.say("task:subscribed", { taskId: 7 }, daemon.latest.heard("task:subscribe").id);
  const begun = await left;
  leaving.abort(new Error("enough"));
  await assert.rejects(begun.next(), /enough/);
});
