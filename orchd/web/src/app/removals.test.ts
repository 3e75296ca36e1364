import { expect, it, vi } from "vitest";
import { type Removal, Removals } from "$/app/removals.svelte";

/** Notices that last until the test says otherwise. */
function shown(): { removals: Removals; undo: () => void; over: () => void; failed: ReturnType<typeof vi.fn> } {
  let [undo, over] = [() => {}, () => {}];
  const failed = vi.fn();
  const removals = new Removals({
    done: (_text, action, after) => {
      undo = action?.run ?? undo;
      over = after ?? over;
    },
    failed,
  });
  return { removals, undo: () => undo(), over: () => over(), failed };
}

function removal(run: Removal["run"], undone?: Removal["undone"]): Removal {
  return { key: "team 1", text: "Removed.", undo: "Undo", run, ...(undone ? { undone } : {}) };
}

it("hides at once, and asks once the notice is gone", async () => {
  const { removals, over } = shown();
  const run = vi.fn(async () => undefined);
  removals.begin(removal(run));
  expect([removals.has("team 1"), removals.has("team 2")]).toEqual([true, false]);
  expect(run).not.toHaveBeenCalled();
  over();
  await removals.finish();
  expect(run).toHaveBeenCalledTimes(1);
  expect(removals.has("team 1")).toBe(true);
});

it("is taken back with what was done at once", async () => {
  const { removals, undo, over } = shown();
  const [run, undone] = [vi.fn(async () => undefined), vi.fn(async () => undefined)];
  removals.begin(removal(run, undone));
  undo();
  await vi.waitFor(() => expect(removals.has("team 1")).toBe(false));
  over();
  await removals.finish();
  expect(undone).toHaveBeenCalledTimes(1);
  expect(run).not.toHaveBeenCalled();
  expect(removals.returned).toBe(1);
});

it("shows again what could not be removed, and says why", async () => {
  const { removals, failed } = shown();
  removals.begin(removal(() => Promise.reject(new Error("the last admin"))));
  await removals.finish(); // the page is left
  expect(failed).toHaveBeenCalledTimes(1);
  expect([removals.has("team 1"), removals.returned]).toEqual([false, 1]);
});
