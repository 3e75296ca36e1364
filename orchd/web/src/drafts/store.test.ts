import { beforeEach, expect, it, vi } from "vitest";
import { DraftStore } from "./store.svelte";

/** What each tab's own storage holds while another one is looked at. */
const TABS = new Map<string, [string, string][]>();
let present = "";

/** Go to a tab, as one that has just been loaded there. */
function inTab(name: string, userId = 1): DraftStore {
  dispatchEvent(new Event("pagehide"));
  TABS.set(present, Object.entries({ ...sessionStorage }) as [string, string][]);
  sessionStorage.clear();
  for (const [key, value] of TABS.get(name) ?? []) sessionStorage.setItem(key, value);
  present = name;
  return opened(userId);
}

function opened(userId = 1): DraftStore {
  const store = new DraftStore();
  store.open(userId);
  return store;
}

beforeEach(() => {
  vi.restoreAllMocks();
  localStorage.clear();
  sessionStorage.clear();
  TABS.clear();
  present = "";
});

it("brings back after a reload what was kept, by its name", () => {
  const store = inTab("a");
  store.keep("chat.new", { text: "new" });
  store.keep("chat.3", "three");
  const later = inTab("a");
  expect([later.read("chat.new"), later.read("chat.3"), later.read("chat.4")]).toEqual([
    { text: "new" },
    "three",
    undefined,
  ]);
  later.keep("chat.3", undefined);
  expect([later.read("chat.3"), inTab("a").read("chat.3")]).toEqual([undefined, undefined]);
  expect(Object.keys(localStorage)).toHaveLength(1);
});

it("shows nobody what somebody else has typed in the same browser, in the same tab or another one", () => {
  const store = inTab("a");
  store.keep("chat.new", "of 1");
  store.open(2);
  expect(store.read("chat.new")).toBeUndefined();
  store.keep("chat.new", "of 2");
  store.keep("chat.new", undefined);
  expect([inTab("b", 2).read("chat.new"), inTab("b", 11).read("chat.new")]).toEqual([undefined, undefined]);
  expect([inTab("a").read("chat.new"), inTab("c").read("chat.new")]).toEqual(["of 1", "of 1"]);
  expect(() => new DraftStore().read("chat.new")).toThrow();
});

it("forgets with whom one is what had no room", () => {
  vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
    throw new DOMException("full", "QuotaExceededError");
  });
  const store = opened(1);
  store.keep("chat.new", "of 1");
  expect(store.read("chat.new")).toBe("of 1");
  store.open(2);
  expect(store.read("chat.new")).toBeUndefined();
});

it("gives the first user what was typed while there was none", () => {
  const store = inTab("a", 0);
  store.keep("chat.new", "typed");
  store.give(1);
  expect([store.read("chat.new"), inTab("a", 1).read("chat.new"), inTab("b", 1).read("chat.new")]).toEqual(
    Array(3).fill("typed"),
  );
  expect(inTab("a", 0).read("chat.new")).toBeUndefined();
});

it("leaves a tab its draft, whatever another one keeps or sends", () => {
  inTab("a").keep("chat.new", "of a");
  const other = inTab("b");
  other.keep("chat.new", "of b");
  other.keep("chat.new", undefined);
  expect(inTab("a").read("chat.new")).toBe("of a");
  expect(inTab("b").read("chat.new"), "emptied here").toBeUndefined();
});

it("goes on in a new tab with the latest of those that are gone", () => {
  vi.useFakeTimers();
  inTab("a").keep("chat.1", "old");
  vi.advanceTimersByTime(10);
  inTab("b").keep("chat.1", "late");
  vi.useRealTimers();
  const next = inTab("c");
  expect(next.read("chat.1")).toBe("late");
  next.keep("chat.1", undefined);
  expect(inTab("d").read("chat.1")).toBe("old");
  expect(inTab("b").read("chat.1"), "still open").toBe("late");
});

it("is another tab where it is a copy of one, and each keeps what it has typed", () => {
  const first = inTab("a");
  first.keep("chat.1", "both");
  const copy = opened(); // the first one is still there
  expect([copy.tab === first.tab, copy.read("chat.1")]).toEqual([false, "both"]);
  copy.keep("chat.1", "of the copy");
  expect(inTab("a").tab, "after a reload").toBe(copy.tab);
  inTab("b").keep("chat.1", undefined);
  expect(inTab("new").read("chat.1")).toBe("of the copy");
});

it("brings nothing back that was sent after its page had ended without a word", () => {
  inTab("a").keep("chat.1", "typed");
  const again = opened();
  expect(again.read("chat.1")).toBe("typed");
  again.keep("chat.1", undefined);
  expect(inTab("new").read("chat.1")).toBeUndefined();
});

it("leaves what the tab has typed since of which it is a copy", () => {
  const first = inTab("a");
  first.keep("chat.1", "both");
  const copy = opened();
  const shared = Object.keys(localStorage)[0] ?? "";
  localStorage.setItem(shared, JSON.stringify({ at: 1, value: "since" }));
  copy.keep("chat.1", undefined);
  expect(inTab("new").read("chat.1")).toBe("since");
});

it("says where there is no room, and brings no older text back then", () => {
  const store = inTab("a");
  store.keep("chat.1", "short");
  vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
    throw new DOMException("full", "QuotaExceededError");
  });
  expect(store.keep("chat.1", "long")).toBe(false);
  expect(store.read("chat.1"), "on the page it is").toBe("long");
  expect(opened().read("chat.1")).toBeUndefined();
});

it("bears what others have written there", () => {
  for (const text of ["{", '"x"', "[1]", '{"at": "now"}']) {
    localStorage.setItem("orchd.draft.chat.1.x", text);
    expect(inTab(text).read("chat.1")).toBeUndefined();
  }
});
