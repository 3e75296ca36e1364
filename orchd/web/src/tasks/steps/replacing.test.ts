import type { Client } from "@orchd/client";
import { expect, it } from "vitest";
import { type KeptStep, replaceSteps } from "./replacing";

const step = (id: number, dependsOn: number[] = []): KeptStep => ({
  ...{ id, title: `step ${id}`, prompt: "", taskType: "general", difficulty: 1 },
  ...{ assistant: null, model: null, needsApproval: false, dependsOn },
});

/** A daemon with two steps that takes so many more, and what it has by then. */
function daemon(room: number): [Client, Map<number, readonly number[]>] {
  const there = new Map<number, readonly number[]>([1, 2].map((id) => [id, []]));
  let last = 10;
  const subtask = {
    list: async () => ({ items: [...there.keys()].map((id) => ({ id })) }),
    create: async () => {
      if (last - 10 >= room) throw new Error("too many");
      there.set(++last, []);
      return { subtask: { id: last } };
    },
    update: async ({ subtaskId, dependsOn }: { subtaskId: number; dependsOn: number[] }) =>
      there.set(subtaskId, dependsOn),
    delete: async ({ subtaskId }: { subtaskId: number }) => there.delete(subtaskId),
  };
  return [{ subtask } as unknown as Client, there];
}

it("puts steps in the place of others, with what they need of each other", async () => {
  const [client, there] = daemon(3);
  await replaceSteps(client, 1, [step(5, [7]), step(6), step(7, [6, 99])]);
  expect([...there]).toEqual([
    [11, [13]],
    [12, []],
    [13, [12]],
  ]);
});

it("leaves the steps that are there alone where not all of the others can be made", async () => {
  const [client, there] = daemon(2);
  await expect(replaceSteps(client, 1, [step(5), step(6, [5]), step(7)])).rejects.toThrow("too many");
  expect([...there.keys()]).toEqual([1, 2]);
});
