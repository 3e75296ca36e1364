/** Rows that others name by their ids: what they are called, and which there are to choose from. */

import type { Client } from "@orchd/client";

export interface Choice {
  readonly id: number;
  readonly name: string;
}

const REFERENCES = ["project", "assistant", "credential", "account", "knowledge"] as const;
export type Reference = (typeof REFERENCES)[number];

/** So many are offered in a form. */
const MOST = 200;

export class References {
  #found = $state.raw<Readonly<Partial<Record<Reference, readonly Choice[]>>>>({});
  #models = $state.raw<readonly string[]>([]);
  readonly #asked = new Set<string>();
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Those that there are; read when they are asked for first. */
  of(reference: Reference): readonly Choice[] {
    this.#once(reference, () => this.#read(reference));
    return this.#found[reference] ?? [];
  }

  /** What one is called; its number where that isn't known. */
  nameOf(reference: Reference, id: number): string {
    return this.of(reference).find((each) => each.id === id)?.name ?? `#${id}`;
  }

  /** The names of models that can be asked. */
  get models(): readonly string[] {
    this.#once("model", async () => {
      const { models } = await this.#client.model.list({});
      this.#models = [...new Set(models.map(({ name }) => name))];
    });
    return this.#models;
  }

  /** Have what there is read again when it is asked for next. */
  forget(): void {
    this.#asked.clear();
  }

  #once(what: string, read: () => Promise<void>): void {
    if (this.#asked.has(what)) return;
    this.#asked.add(what);
    // What may not be seen, or can't be read now, is known by its number.
    queueMicrotask(() => void read().catch(() => undefined));
  }

  async #read(reference: Reference): Promise<void> {
    const items = await this.#list(reference);
    this.#found = { ...this.#found, [reference]: items };
  }

  async #list(reference: Reference): Promise<readonly Choice[]> {
    const asked = { limit: MOST };
    switch (reference) {
      case "project":
        return (await this.#client.project.list(asked)).items;
      case "assistant":
        return (await this.#client.assistant.list(asked)).items;
      case "credential":
        return (await this.#client.credential.list(asked)).items;
      case "account":
        return (await this.#client.account.list(asked)).items;
      case "knowledge":
        return (await this.#client.knowledge.list(asked)).items.map(({ id, title }) => ({ id, name: title }));
    }
  }
}

/** The reference that a member is, by its name: `projectId` names a project. */
export function referenceOf(member: string): Reference | undefined {
  return REFERENCES.find((each) => member === `${each}Id`);
}
