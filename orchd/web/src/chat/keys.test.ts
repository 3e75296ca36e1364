import { expect, it, vi } from "vitest";
import { router } from "$/app/router.svelte";
import { editLast, keyAction, type KeyTarget } from "./keys";

function target(id: number | undefined, more: Partial<KeyTarget> = {}): KeyTarget {
  const regenerate = vi.fn(() => Promise.resolve());
  const open = { id, messages: [{ id: 9, isAnswer: true, content: "**42**" }], busy: false, regenerate };
  const shelf = { list: { items: [{ id: 3 }, { id: 2 }, { id: 1 }] } };
  return { open, shelf, readonly: false, write: vi.fn(), ...more } as unknown as KeyTarget;
}

function press(key: string, to: KeyTarget, more: KeyboardEventInit = {}): boolean {
  const what = keyAction(new KeyboardEvent("keydown", { key, ...more }), to);
  what?.();
  return what !== undefined;
}

it("leads to the conversations before and after in the list", () => {
  const gone = vi.spyOn(router, "go").mockImplementation(() => undefined);
  press("PageDown", target(2), { altKey: true });
  press("PageUp", target(2), { altKey: true });
  press("PageDown", target(undefined), { altKey: true });
  press("PageDown", target(1), { altKey: true });
  expect(gone.mock.calls.map(([address]) => address)).toEqual(["/chat/1", "/chat/3", "/chat/3"]);
});

it("has the last question answered again, where one may ask, and nothing is on its way", () => {
  const keys = { ctrlKey: true, shiftKey: true };
  const here = target(2);
  press("Enter", here, keys);
  expect(here.open.regenerate).toHaveBeenCalledWith(9);
  expect(press("Enter", target(2, { readonly: true }), keys)).toBe(false);
  expect(press("Enter", target(2, { open: { ...here.open, busy: true } as never }), keys)).toBe(false);
});

it("opens the last question to be asked differently, unless something is on its way", () => {
  const messages = [1, 2, 3].map((id) => ({ id, isAnswer: id === 3, editing: false }));
  const open = { messages, busy: false } as unknown as KeyTarget["open"];
  expect(editLast({ messages, busy: true } as unknown as KeyTarget["open"])).toBe(false);
  expect(editLast(open)).toBe(true);
  expect(messages.map(({ editing }) => editing)).toEqual([false, true, false]);
  expect(editLast({ messages: [], busy: false } as unknown as KeyTarget["open"])).toBe(false);
});

it("leaves all other keys alone", () => {
  const here = target(2);
  expect([press("c", here), press("C", here, { shiftKey: true }), press("Escape", here)]).toEqual([
    false,
    false,
    false,
  ]);
  expect(press("Escape", here, { shiftKey: true })).toBe(true);
  expect(here.write).toHaveBeenCalledTimes(1);
});
