import { flushSync } from "svelte";
import { beforeEach, expect, it } from "vitest";
import { drafts, FormDraft } from "./store.svelte";

interface Fields {
  title: string;
  steps: number[];
  limit: number | null;
}

const BEGUN: Fields = { title: "as it was", steps: [1], limit: null };

/** Work with a form as a component that is shown for so long. */
function shown(work: (form: FormDraft<Fields>) => void, begun = BEGUN): void {
  $effect.root(() => {
    const form = new FormDraft("task.3", begun);
    flushSync();
    work(form);
    flushSync();
  })();
}

beforeEach(() => {
  drafts.open(1);
  drafts.keep("form.task.3", undefined);
});

it("has what was typed when it is opened the next time, above what is stored by then", () => {
  shown((form) => {
    form.values.title = "typed";
    form.values.steps.push(2);
  });
  shown(
    (form) => {
      expect(form.restored).toBe(true);
      expect($state.snapshot(form.values)).toEqual({ title: "typed", steps: [1, 2], limit: 5 });
    },
    { ...BEGUN, limit: 5 },
  );
});

it("begins anew where all was thrown away or sent, or put back by hand", () => {
  shown((form) => {
    form.values.title = "typed";
    flushSync();
    form.clear();
    expect($state.snapshot(form.values)).toEqual(BEGUN);
  });
  shown((form) => {
    expect(form.restored).toBe(false);
    form.values.limit = 7;
    flushSync();
    form.values.limit = null;
  });
  expect(drafts.read("form.task.3")).toBeUndefined();
});

it("is another form under another name", () => {
  shown((form) => {
    form.values.title = "of three";
    flushSync();
    form.begin("task.4", { ...BEGUN, title: "four" });
    flushSync();
    expect(form.values.title).toBe("four");
    form.begin("task.3", BEGUN);
    expect(form.values.title).toBe("of three");
  });
});

it("takes nothing that fits none of its fields", () => {
  drafts.keep("form.task.3", { title: 3, steps: {}, gone: "x", limit: 4 });
  shown((form) => expect($state.snapshot(form.values)).toEqual({ ...BEGUN, limit: 4 }));
});
