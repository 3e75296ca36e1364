import { DisconnectedError, NotFoundError } from "@orchd/client";
import { expect, it, vi } from "vitest";
import { type Removal, Removals } from "$/app/removals.svelte";
import { language } from "$/text/language.svelte";

/** Notices that last until the test says otherwise. */
function shown(): {
  removals: Removals;
  said: string[];
  undo: () => void;
  over: () => void;
  failed: ReturnType<typeof vi.fn>;
} {
  let [undo, over] = [() => {}, () => {}];
  const failed = vi.fn();
  const said: string[] = [];
  const removals = new Removals({
    done: (text, action, after) => {
      said.push(text);
      undo = action?.run ?? undo;
      over = after ?? over;
    },
    failed,
  });
  return { removals, said, undo: () => undo(), over: () => over(), failed };
}

function missing(): NotFoundError {
  return new NotFoundError({ code: "not_found", message: "there is no such team" });
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

it("says until when it can be taken back, in the language of the page", () => {
  const { removals, said } = shown();
  language.choose("en");
  removals.begin(removal(async () => undefined));
  language.choose("pt-BR");
  removals.begin(removal(async () => undefined));
  language.choose(undefined);
  expect(said).toEqual([
    "Removed. For good once this notice is gone.",
    "Removed. Será definitivo quando este aviso sumir.",
  ]);
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

it("is content with what somebody else has removed", async () => {
  const { removals, failed } = shown();
  removals.begin(removal(() => Promise.reject(missing())));
  await removals.finish();
  expect(failed).not.toHaveBeenCalled();
  expect(removals.has("team 1")).toBe(true);
});

it("asks again where nobody knows what became of it, and only once", async () => {
  const { removals, failed } = shown();
  const lost = (): Promise<never> => Promise.reject(new DisconnectedError("the connection was lost"));
  const run = vi.fn<() => Promise<unknown>>().mockImplementationOnce(lost).mockRejectedValue(missing());
  removals.begin(removal(run));
  await removals.finish();
  expect([run.mock.calls.length, failed.mock.calls.length, removals.has("team 1")]).toEqual([2, 0, true]);
  const never = vi.fn(lost);
  removals.begin(removal(never));
  await removals.finish();
  expect([never.mock.calls.length, failed.mock.calls.length, removals.has("team 1")]).toEqual([2, 1, false]);
});

it("shows again what could not be removed, as it was, and says why", async () => {
  const { removals, failed } = shown();
  const undone = vi.fn(async () => undefined);
  removals.begin(removal(() => Promise.reject(new Error("the last admin")), undone));
  await removals.finish(); // the page is left
  expect(undone).toHaveBeenCalledTimes(1);
  expect(failed).toHaveBeenCalledTimes(1);
  expect([removals.has("team 1"), removals.returned]).toEqual([false, 1]);
});
