/** An example of every frame, on its way through the client: what is sent, and what is read, is what it says. */

import assert from "node:assert/strict";
import { test } from "node:test";

import type { Client, ServerFrame } from "../src/index.ts";
import { readFrame, writeRequest } from "../src/runtime/messages.ts";
import { client as requests, server as frames } from "./golden.ts";
import { Daemon, settle } from "./scripted_daemon.ts";

/** The method for a type of request: `task:dependency:add` is `client.task.dependency.add`. */
function method(client: Client, type: string): (data?: object) => PromiseLike<unknown> {
  const names = type.split(":").map((part) => part.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase()));
  const last = names.pop() ?? "";
  const family = names.reduce<any>((outer, name) => outer[name], client);
  return family[last].bind(family);
}

test("each request is sent as it is", async () => {
  const daemon = new Daemon();
  const client = await daemon.client({ limits: { maxFrameBytes: 1_000_000, maxInFlight: 10_000 } });
  for (const request of requests) {
    const { type } = request;
    const data = request.data ?? {};
    Promise.resolve(method(client, type)(data)).catch(() => undefined);
    await settle();
    const sent = daemon.latest.sent.at(-1);
    assert.deepEqual({ type: sent?.type, data: sent?.data }, { type, data });
  }
  assert(requests.length > 200);
  client.close();
});

test("each frame is read as it is, and can be written again", () => {
  for (const frame of frames as ServerFrame[]) {
    const text = JSON.stringify(frame);
    assert.deepEqual(readFrame(text), frame);
    const again = JSON.parse(writeRequest(frame.type, "1", frame.data)) as ServerFrame;
    assert.deepEqual(again.data, frame.data);
  }
  assert(frames.length > 200);
});
