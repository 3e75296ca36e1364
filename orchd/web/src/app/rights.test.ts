import type { Client } from "@orchd/client";
import { expect, it } from "vitest";
import { onlyReads } from "$/app/rights";

function client(role: string | Error): Client {
  const get = async () => {
    if (role instanceof Error) throw role;
    return { project: { role } };
  };
  return { user: { me: async () => ({ userId: 1 }) }, project: { get } } as unknown as Client;
}

it("lets everybody change what is theirs, and the others what their project lets them", async () => {
  const [own, others] = [
    { userId: 1, projectId: 5 },
    { userId: 2, projectId: 5 },
  ];
  expect(await onlyReads(client("viewer"), "member", own)).toBe(false);
  expect(await onlyReads(client("viewer"), "member", others)).toBe(true);
  expect(await onlyReads(client("editor"), "member", others)).toBe(false);
  expect(await onlyReads(client("viewer"), "member", { userId: 2, projectId: null })).toBe(false);
});

it("lets a viewer change nothing, and takes what can't be told for a right", async () => {
  expect(await onlyReads(client("owner"), "viewer", { userId: 1, projectId: null })).toBe(true);
  expect(await onlyReads(client(new Error("away")), "member", { userId: 2, projectId: 5 })).toBe(false);
});
