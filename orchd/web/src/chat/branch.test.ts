import type { ChatMessage, ChatProgress } from "@orchd/client";
import { describe, expect, it } from "vitest";
import { Branch } from "$/chat/branch.svelte";
import { emptyAnswer } from "$/chat/message/empty";

function message(id: number, parentId: number | null, more: Partial<ChatMessage> = {}): ChatMessage {
  const role = id % 2 === 1 ? "user" : "assistant";
  return { ...emptyAnswer(id, 1, parentId), role, status: "complete", content: `text ${id}`, ...more };
}

function branch(...messages: ChatMessage[]): Branch {
  const made = new Branch();
  made.replace(messages);
  return made;
}

const ids = ({ messages }: Branch): number[] => messages.map(({ id }) => id);

describe("a message", () => {
  it("goes after its parent, and begins another branch there", () => {
    const shown = branch(message(1, null), message(2, 1), message(3, 2), message(4, 3));
    expect(shown.put(message(6, 1))).toBe(true);
    expect(ids(shown)).toEqual([1, 6]);
    expect(shown.find(6)?.stored.siblings).toEqual([2, 6]);
  });

  it("that is known is not put twice, and keeps what only a history says", () => {
    const shown = branch(message(1, null), message(2, 1, { siblings: [2, 8], ratings: [] }));
    const before = shown.find(2);
    shown.put(message(2, 1, { content: "more" }));
    expect(ids(shown)).toEqual([1, 2]);
    expect(shown.find(2)).toBe(before);
    expect(before?.stored.siblings).toEqual([2, 8]);
    expect(before?.content).toBe("more");
  });

  it("whose parent isn't shown can't be placed", () => {
    const shown = branch(message(1, null), message(2, 1));
    expect(shown.put(message(10, 7))).toBe(false);
    expect(ids(shown)).toEqual([1, 2]);
  });

  it("without a parent begins the conversation otherwise", () => {
    const shown = branch(message(1, null), message(2, 1));
    expect(shown.put(message(3, null))).toBe(true);
    expect(ids(shown)).toEqual([3]);
    expect(shown.find(3)?.stored.siblings).toEqual([1, 3]);
  });
});

describe("two answers side by side", () => {
  it("are both found, and end when the conversation goes on", () => {
    const shown = branch(message(1, null), message(2, 1));
    shown.putBeside(message(4, 1, { status: "streaming", content: "" }));
    expect(ids(shown)).toEqual([1, 2]);
    expect(shown.beside?.id).toBe(4);
    expect(shown.find(2)?.stored.siblings).toEqual([2, 4]);
    shown.wait(4, { conversationId: 1, messageId: 4, phase: "loading", elapsedMs: 1 });
    expect(shown.find(4)?.progress?.phase).toBe("loading");
    shown.put(message(5, 2));
    expect([ids(shown), shown.beside]).toEqual([[1, 2, 5], undefined]);
  });
});

describe("what an answer waits for", () => {
  it("is kept where it is told before the answer is shown", () => {
    const shown = branch(message(1, null));
    const waits: ChatProgress = { conversationId: 1, messageId: 2, phase: "queued", elapsedMs: 1, position: 1 };
    shown.wait(2, waits);
    shown.replace([message(1, null), message(2, 1, { status: "streaming", content: "" })]);
    expect(shown.find(2)?.progress).toEqual(waits);
    shown.wait(4, { ...waits, messageId: 4 });
    shown.put(message(4, 2));
    expect(shown.find(4)?.progress).toBeUndefined();
  });
});

describe("a page of two answers side by side", () => {
  it("has each of them once, whichever is on the active branch", () => {
    const shown = branch(message(1, null), message(2, 1));
    shown.putBeside(message(4, 1));
    const [two, four] = [shown.find(2), shown.find(4)];
    shown.replace([message(1, null), message(4, 1)]);
    expect([shown.messages.at(-1), shown.beside]).toEqual([two, four]);
    shown.replace([message(1, null), message(2, 1)]);
    expect([shown.messages.at(-1), shown.beside]).toEqual([two, four]);
    shown.replace([message(1, null), message(4, 1), message(5, 4)]);
    expect([ids(shown), shown.beside]).toEqual([[1, 4, 5], undefined]);
  });
});

describe("a page that is read again", () => {
  it("keeps older messages of the same branch, and the objects that are known", () => {
    const shown = branch(message(3, 2), message(4, 3));
    shown.prepend([message(1, null), message(2, 1)]);
    const four = shown.find(4);
    expect(shown.replace([message(3, 2), message(4, 3), message(5, 4)])).toBe(true);
    expect(ids(shown)).toEqual([1, 2, 3, 4, 5]);
    expect(shown.find(4)).toBe(four);
  });

  it("of another branch takes the place of all", () => {
    const shown = branch(message(1, null), message(2, 1));
    expect(shown.replace([message(9, null), message(10, 9)])).toBe(false);
    expect(ids(shown)).toEqual([9, 10]);
  });
});
