import type { ChatMessage } from "@orchd/client";
import { describe, expect, it, vi } from "vitest";
import { countPoints, dropPoints } from "$/chat/message/code-points";
import { emptyAnswer } from "$/chat/message/empty";
import { ShownMessage } from "$/chat/message/shown.svelte";

function growing(more: Partial<ChatMessage> = {}): ShownMessage {
  return new ShownMessage({ ...emptyAnswer(2, 1, 1), ...more });
}

/** What is shown once a frame was drawn. */
async function drawn(message: ShownMessage): Promise<[string, string]> {
  await new Promise((done) => requestAnimationFrame(done));
  return [message.content, message.reasoning];
}

describe("positions", () => {
  it("are code points", () => {
    expect(countPoints("a🦜b")).toBe(3);
    expect(dropPoints("a🦜b", 2)).toBe("b");
    expect(dropPoints("a", 5)).toBe("");
  });
});

describe("an answer that grows", () => {
  it("takes each piece once, however they overlap", async () => {
    const message = growing();
    message.add("Think.", "reasoning", 6);
    message.add("One 🦜", "content", 11);
    message.add("One 🦜", "content", 11);
    message.add("🦜 two", "content", 15);
    expect(await drawn(message)).toEqual(["One 🦜 two", "Think."]);
  });

  it("goes on from what was stored of it", async () => {
    const message = growing({ content: "One two", reasoning: "Hm" });
    message.add("two th", "content", 12);
    message.add("ree", "content", 15);
    expect(await drawn(message)).toEqual(["One two three", "Hm"]);
    message.store({ ...message.stored, content: "One", reasoning: "Hm" });
    expect(message.content, "what is stored is behind").toBe("One two three");
    message.store({ ...message.stored, content: "One two three and four", reasoning: "Hm" });
    expect(message.content).toBe("One two three and four");
  });

  it("begins anew in both channels", async () => {
    const message = growing();
    message.add("lost", "content", 4);
    message.begin("Hm", "reasoning");
    message.add("New", "content", 5);
    expect(await drawn(message)).toEqual(["New", "Hm"]);
  });

  it("is drawn once a frame", async () => {
    const drawing = vi.spyOn(globalThis, "requestAnimationFrame");
    const message = growing();
    for (let seq = 1; seq <= 100; seq++) message.add("x", "content", seq);
    expect(drawing).toHaveBeenCalledTimes(1);
    expect(message.content).toBe("");
    expect((await drawn(message))[0]).toBe("x".repeat(100));
  });

  it("is shown at once when it has ended", () => {
    const message = growing();
    message.progress = { conversationId: 1, messageId: 2, phase: "queued", elapsedMs: 1 };
    message.add("half", "content", 4);
    message.store({ ...message.stored, content: "half a thought", status: "complete" });
    expect([message.content, message.growing, message.progress]).toEqual(["half a thought", false, undefined]);
  });
});

describe("how long an answer reasoned", () => {
  it("is what was seen until the daemon says it, and stays known after a reload", () => {
    const message = growing();
    expect(message.reasoningMs).toBeUndefined();
    message.add("Think.", "reasoning", 6);
    message.add("One", "content", 9);
    expect(message.reasoningMs).toBeGreaterThanOrEqual(0);
    const timings = { queuedMs: 0, firstTokenMs: 1, totalMs: 5000, tokensPerSecond: null, reasoningMs: 4200 };
    message.store({ ...message.stored, status: "complete", timings });
    expect(message.reasoningMs).toBe(4200);
    expect(new ShownMessage(message.stored).reasoningMs).toBe(4200);
  });
});
