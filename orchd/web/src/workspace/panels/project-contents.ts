/** What is in a project: the first of each kind that somebody may see, with where each is shown. */

import type { Client } from "@orchd/client";
import { MEMBERS } from "virtual:members";
import { KINDS } from "$/workspace/kinds";

/** So many of a kind are shown at first, and so many once somebody wants to see them all. */
export const FEW = 5;
const MANY = 200;

export interface Content {
  readonly id: number;
  readonly name: string;
  readonly address: string;
}

/** Of one kind: a part of the page, or where a kind's list is in the workspace. */
export interface ContentGroup {
  readonly key: string;
  readonly items: readonly Content[];
  readonly total: number;
  /** Where all of them are listed; undefined where no list can be narrowed to a project. */
  readonly address: string | undefined;
}

interface Page {
  readonly items: readonly { readonly id: number; readonly name?: string; readonly title?: string }[];
  readonly total?: number;
}

type Lister = (
  client: Client,
  asked: { readonly projectId: number; readonly limit: number; readonly total: true },
) => Promise<Page>;

interface Source {
  readonly key: string;
  readonly family: keyof typeof MEMBERS | undefined;
  readonly list: Lister;
  addressOf(id: number): string;
}

const LISTERS: Readonly<Record<string, Lister>> = {
  assistants: (client, asked) => client.assistant.list(asked),
  prompts: (client, asked) => client.prompt.list(asked),
  templates: (client, asked) => client.template.list(asked),
  instructions: (client, asked) => client.instruction.list(asked),
  knowledge: (client, asked) => client.knowledge.list(asked),
  workflows: (client, asked) => client.workflow.list(asked),
  files: (client, asked) => client.file.list(asked),
};

/** Kinds of the workspace that can be put into a project. */
export const SHARED = KINDS.filter(({ filters }) => filters.includes("projectId"));

const SOURCES: readonly Source[] = [
  {
    key: "chat",
    family: undefined,
    list: (client, asked) => client.conversation.list(asked),
    addressOf: (id) => `/chat/${id}`,
  },
  {
    key: "tasks",
    family: undefined,
    list: (client, asked) => client.task.list(asked),
    addressOf: (id) => `/tasks/${id}`,
  },
  ...SHARED.flatMap(({ slug, family }) => {
    const list = LISTERS[slug];
    return list === undefined
      ? []
      : [{ key: slug, family, list, addressOf: (id: number) => `/workspace/${slug}?id=${id}` }];
  }),
];

/** All that is in a project, by kinds that have something in it; `whole` are those of which all are wanted. */
export async function contentsOf(
  client: Client,
  projectId: number,
  role: string,
  whole: ReadonlySet<string>,
): Promise<readonly ContentGroup[]> {
  const seen = SOURCES.filter(({ family }) => family === undefined || MEMBERS[family].roles["list"]?.includes(role));
  const groups = await Promise.all(
    seen.map(async ({ key, family, list, addressOf }) => {
      const { items, total } = await list(client, { projectId, limit: whole.has(key) ? MANY : FEW, total: true });
      return {
        key,
        items: items.map(({ id, name, title }) => ({ id, name: name ?? title ?? "", address: addressOf(id) })),
        total: total ?? items.length,
        address: family === undefined ? undefined : `/workspace/${key}?projectId=${projectId}`,
      };
    }),
  );
  return groups.filter(({ items }) => items.length > 0);
}
