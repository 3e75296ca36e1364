import type { Client } from "@orchd/client";
import { expect, it } from "vitest";
import { contentsOf, FEW, SHARED } from "$/workspace/panels/project-contents";

interface Asked {
  readonly projectId: number;
  readonly limit: number;
}

/** A daemon that has so many rows of each family, and tells what it was asked. */
function daemon(counts: Readonly<Record<string, number>>): { client: Client; asked: [string, Asked][] } {
  const asked: [string, Asked][] = [];
  const client = new Proxy(
    {},
    {
      get: (_target, family: string) => ({
        list: (request: Asked) => {
          asked.push([family, request]);
          const total = counts[family] ?? 0;
          const items = Array.from({ length: Math.min(total, request.limit) }, (_item, index) => ({
            id: index + 1,
            name: `${family} ${index + 1}`,
          }));
          return Promise.resolve({ items, total });
        },
      }),
    },
  );
  return { client: client as Client, asked };
}

it("lists each kind that has something in a project, and asks for no other project", async () => {
  const families = SHARED.map(({ family }) => family);
  const all = Object.fromEntries(["conversation", "task", ...families].map((family) => [family, 7]));
  const { client, asked } = daemon(all);
  const groups = await contentsOf(client, 3, "member", new Set(["tasks"]));
  expect(groups.map(({ key }) => key)).toEqual(["chat", "tasks", ...SHARED.map(({ slug }) => slug)]);
  expect(asked.map(([, { projectId }]) => projectId)).toEqual(groups.map(() => 3));
  for (const { key, items, total } of groups)
    expect([key, items.length, total]).toEqual([key, key === "tasks" ? 7 : FEW, 7]);
  const assistants = groups.find(({ key }) => key === "assistants");
  expect(assistants?.address).toBe("/workspace/assistants?projectId=3");
  expect(assistants?.items[0]).toEqual({ id: 1, name: "assistant 1", address: "/workspace/assistants?id=1" });
  expect(groups.flatMap(({ items }) => items.slice(0, 1)).map(({ address }) => address)).toContain("/chat/1");
});

it("has nothing of kinds that nothing is there of", async () => {
  const groups = await contentsOf(daemon({ task: 1 }).client, 3, "viewer", new Set());
  expect(groups.map(({ key, items }) => [key, items[0]?.address])).toEqual([["tasks", "/tasks/1"]]);
});
