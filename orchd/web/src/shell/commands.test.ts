import type { SearchItem } from "@orchd/client";
import { describe, expect, it, vi } from "vitest";
import { language as chosen, LANGUAGES } from "$/text/language.svelte";

vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: () => undefined }));
const { KINDS } = await import("$/workspace/kinds");
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
    expect(names("viewer")).toContain("leave");
    const local = standingCommands("admin", false).map(({ key }) => key);
    for (const key of ["/settings/tokens", "leave"]) expect(local, "nobody is logged in").not.toContain(key);
  });

  it("knows where what is found is shown", () => {
    expect(addressOf(item("message", 3, 12))).toBe("/chat/12?message=3");
    expect(addressOf(item("conversation", 12, 12))).toBe("/chat/12");
    expect(addressOf(item("prompt", 4))).toBe("/workspace/prompts?id=4");
    expect(addressOf(item("unknown", 4))).toBeUndefined();
    expect(foundCommands([item("unknown", 4), item("file", 5)]).map(({ key }) => key)).toEqual(["file 5"]);
  });

  it("says of each hit what kind of thing it is", () => {
    const searched = KINDS.filter(({ searchable }) => searchable).map(({ family }) => family);
    for (const language of LANGUAGES) {
      chosen.choose(language);
      const found = foundCommands([...searched, "task"].map((kind) => item(kind, 1)));
      expect(found).toHaveLength(searched.length + 1);
      for (const { key, kind } of found) expect(kind, key).toBeTruthy();
      expect(new Set(found.map(({ kind }) => kind))).toHaveLength(found.length);
    }
    const [message, conversation, later] = foundCommands(
      ["message", "conversation", "later"].map((kind) => item(kind, 1, 12)),
    );
    expect([message?.kind, conversation?.kind, later?.kind]).toEqual(["Mensagem", "Conversa", undefined]);
    chosen.choose("en");
  });
});
