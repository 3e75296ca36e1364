import { beforeEach, describe, expect, it } from "vitest";
import { headline } from "$/shell/headline";
import { texts } from "$/shell/headline-texts";
import { language } from "$/text/language.svelte";

describe("what a notification says in one line", () => {
  beforeEach(() => language.choose("pt-BR"));

  it("is said in the page's language, with the name of what it is about", () => {
    const asked = { kind: "approval", subject: "Pintar", title: "“Pintar” asks you something" } as const;
    expect(headline(asked, texts())).toBe("“Pintar” precisa da sua decisão.");
    expect(headline({ kind: "quota", subject: "", title: "A quota is used up" }, texts())).toBe("Uma cota acabou.");
  });

  it("is the daemon's where it told no name, or a kind of later", () => {
    const old = { kind: "task_failed", title: "“Pintar” has failed" } as const;
    expect(headline(old, texts())).toBe(old.title);
    const later = { kind: "constructor" as "access", subject: "Ana", title: "Something new" };
    expect(headline(later, texts())).toBe("Something new");
  });
});
