import type { Client } from "@orchd/client";
import { ConflictError, InvalidError } from "@orchd/client";
import { beforeEach, describe, expect, it } from "vitest";
import { drafts } from "$/drafts/store.svelte";
import { EntityForm } from "$/entities/form/entity-form.svelte";
import { rowIn, type Kind } from "$/entities/kind";
import type { Row, Values } from "$/entities/values";

const KIND: Kind = {
  family: "instruction",
  slug: "instructions",
  idKey: "instructionId",
  title: "title",
  columns: [],
  members: ["title", "instructionText", "priority", "assistantId", "active"],
  filters: [],
  trash: true,
  searchable: true,
  versioned: true,
  tellsRows: true,
  rowOf: rowIn(),
};
const ROW: Row = {
  id: 7,
  version: 3,
  title: "Tone",
  instructionText: "Be brief.",
  priority: 50,
  assistantId: 4,
  active: true,
};

class FakeClient {
  sent: [string, Values][] = [];
  answer: (data: Values) => unknown = (data) => ({ ...ROW, ...data, version: 4 });

  async request(type: string, data: Values): Promise<unknown> {
    this.sent.push([type, data]);
    const answer = this.answer(data);
    if (answer instanceof Error) throw answer;
    return answer;
  }
}

function make(base?: Row, role = "member"): [EntityForm, FakeClient] {
  const client = new FakeClient();
  return [new EntityForm(client as unknown as Client, KIND, { base, role, required: () => "needed" }), client];
}

const invalid = (path: string): InvalidError =>
  new InvalidError({ code: "invalid", message: "too long", details: { path } });

describe("the form of a row", () => {
  beforeEach(() => {
    [localStorage, sessionStorage].forEach((storage) => storage.clear());
    drafts.open(1);
  });

  it("begins a new one with what holds where nobody says anything, and sends only what was said", async () => {
    const [form, client] = make();
    expect(form.values).toMatchObject({ priority: 50, active: true });
    expect(form.dirty).toBe(false);
    expect(await form.save()).toBeUndefined();
    expect(form.errorAt("title")).toBe("needed");
    expect(client.sent).toEqual([]);
    form.set("title", "Tone");
    form.set("instructionText", "Be brief.");
    expect(form.errorAt("title")).toBeUndefined();
    expect((await form.save())?.id).toBe(7);
    expect(client.sent).toEqual([["instruction:create", { title: "Tone", instructionText: "Be brief." }]]);
  });

  it("sends what was changed, with the version that was read, and null for what is taken away", async () => {
    const [form, client] = make(ROW);
    form.set("assistantId", null);
    form.set("priority", 60);
    await form.save();
    expect(client.sent).toEqual([
      ["instruction:update", { instructionId: 7, version: 3, assistantId: null, priority: 60 }],
    ]);
    expect(form.dirty).toBe(false);
    expect(form.base?.version).toBe(4);
  });

  it("shows an error beside the field that it names, or below where there is none", async () => {
    const [form, client] = make(ROW);
    form.set("priority", 61);
    client.answer = () => invalid("$.data.priority");
    await form.save();
    expect(form.errorAt("priority")).toContain("too long");
    expect(form.errorAt("title")).toBeUndefined();
    expect(form.elsewhere).toBeUndefined();
    client.answer = () => invalid("$.data.unknown");
    await form.save();
    expect(form.elsewhere).toBeInstanceOf(InvalidError);
  });

  it("offers the present row when somebody was faster, and can go on from there", async () => {
    const [form, client] = make(ROW);
    form.set("title", "Mine");
    const present = { ...ROW, version: 9, title: "Theirs", priority: 99 };
    client.answer = () => new ConflictError({ code: "conflict", message: "changed", details: { present } });
    await form.save();
    expect(form.present).toEqual(present);
    form.keepMine();
    expect(form.values).toMatchObject({ title: "Mine", priority: 99 });
    client.answer = (data) => ({ ...present, ...data, version: 10 });
    await form.save();
    expect(client.sent.at(-1)).toEqual(["instruction:update", { instructionId: 7, version: 9, title: "Mine" }]);
  });

  it("goes on by itself where somebody has changed another field, and not for ever", async () => {
    const [form, client] = make(ROW);
    form.set("title", "Mine");
    form.follow({ ...ROW, version: 4, priority: 70 });
    expect([form.present, form.values["title"], form.values["priority"]]).toEqual([undefined, "Mine", 70]);
    const present = { ...ROW, version: 5, priority: 80 };
    client.answer = (data) =>
      data["version"] === 5
        ? { ...present, ...data, version: 6 }
        : new ConflictError({ code: "conflict", message: "changed", details: { present } });
    expect(await form.save()).toMatchObject({ title: "Mine", priority: 80, version: 6 });
    expect(client.sent.at(-1)).toEqual(["instruction:update", { instructionId: 7, version: 5, title: "Mine" }]);

    form.set("title", "Mine again");
    client.answer = (data) => {
      const newer = { ...present, title: "Mine", priority: 0, version: Number(data["version"]) + 1 };
      return new ConflictError({ code: "conflict", message: "changed", details: { present: newer } });
    };
    expect(await form.save()).toBeUndefined();
    expect(form.failure).toBeInstanceOf(ConflictError);
  });

  it("takes theirs where that is wanted, and at once where nothing was typed", () => {
    const [form] = make(ROW);
    form.follow({ ...ROW, version: 4, title: "Newer" });
    expect(form.values["title"]).toBe("Newer");
    form.set("title", "Mine");
    form.follow({ ...ROW, version: 5, title: "Newest" });
    expect(form.values["title"]).toBe("Mine");
    form.discard();
    expect(form.values["title"]).toBe("Newest");
  });

  it("keeps what was typed until it is stored or given up", async () => {
    make(ROW)[0].set("title", "Half");
    const [form] = make(ROW);
    expect(form.restored).toBe(true);
    expect(form.values["title"]).toBe("Half");
    await form.save();
    expect(make(ROW)[0].restored).toBe(false);
  });

  it("changes nothing for whoever may not", () => {
    expect(make(ROW, "viewer")[0].readonly).toBe(true);
    expect(make(ROW, "member")[0].readonly).toBe(false);
  });
});
