import type { SearchItem } from "@orchd/client";
import { describe, expect, it, vi } from "vitest";

vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: () => undefined }));
const { addressOf, fitting, foundCommands, standingCommands } = await import("$/shell/commands");

function item(kind: string, id: number, conversationId: number | null = null): SearchItem {
  const none = { titlePlaces: [], places: [], score: 1, changedAt: "2026-01-01T00:00:00.000Z" };
  return { kind, id, conversationId, title: "Title", excerpt: "part", ...none };
}

describe("the palette", () => {
  it("finds commands by their words, whatever the case and the accents", () => {
    const all = standingCommands("admin", true);
    expect(fitting(all, "NÉW chat").map(({ key }) => key)).toEqual(["new"]);
    expect(fitting(all, "")).toHaveLength(all.length);
    expect(fitting(all, "zzz")).toEqual([]);
  });

  it("offers only where somebody may go", () => {
    const names = (role: string): string[] => standingCommands(role, true).map(({ key }) => key);
    expect(names("admin")).toContain("/workspace/providers");
    expect(names("member")).not.toContain("/workspace/providers");
    expect(names("admin")).toContain("/settings/audit");
    expect(names("member")).toContain("/settings/appearance");
    expect(names("member")).not.toContain("/settings/audit");
    expect(names("member")).toContain("new-task");
    expect(names("viewer")).not.toContain("new-task");
    expect(names("viewer")).toEqual(expect.arrayContaining(["/settings/tokens", "/settings/logins"]));
    expect(standingCommands("admin", false).map(({ key }) => key)).not.toContain("/settings/tokens");
  });

  it("knows where what is found is shown", () => {
    expect(addressOf(item("message", 3, 12))).toBe("/chat/12");
    expect(addressOf(item("prompt", 4))).toBe("/workspace/prompts?id=4");
    expect(addressOf(item("unknown", 4))).toBeUndefined();
    expect(foundCommands([item("unknown", 4), item("file", 5)]).map(({ key }) => key)).toEqual(["file 5"]);
  });
});
