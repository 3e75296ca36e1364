/** What the palette offers: places of the page, things to do, and what a search finds. */

import type { SearchItem } from "@orchd/client";
import { MEMBERS } from "virtual:members";
import { AREA_ENTRIES } from "$/app/areas";
import { connection } from "$/app/connection.svelte";
import { router } from "$/app/router.svelte";
import { texts as appTexts } from "$/app/texts";
import { theme } from "$/app/theme.svelte";
import { fromFirstPlace } from "$/chat/list/excerpt";
import { foundAddress } from "$/chat/list/search.svelte";
import { sectionsFor } from "$/settings/sections";
import { texts as settingsTexts } from "$/settings/texts";
import { overlay } from "$/shell/overlay.svelte";
import { texts as foundTexts } from "$/shell/found-texts";
import { texts } from "$/shell/texts";
import { language } from "$/text/language.svelte";
import { KINDS } from "$/workspace/kinds";
import { kindTexts } from "$/workspace/texts";

export interface PaletteCommand {
  readonly key: string;
  readonly group: "pages" | "actions" | "found";
  readonly name: string;
  /** What kind of thing a hit of the search is; undefined: of none that this page knows. */
  readonly kind?: string | undefined;
  /** What is worth knowing of it besides. */
  readonly more?: string | undefined;
  run(): void;
}

/** Who may have something done by models. */
const ASKING: readonly string[] = ["member", "admin"];

/**
 * All places that somebody may go to, and all that can be done from anywhere. `isUser`: there are users, of whom they are
 * one.
 */
export function standingCommands(role: string, isUser: boolean): readonly PaletteCommand[] {
  const t = texts();
  const app = appTexts();
  const place = (address: string, name: string): PaletteCommand => ({
    key: address,
    group: "pages",
    name,
    run: () => router.go(address),
  });
  const action = (key: string, name: string, run: () => void): PaletteCommand => ({ key, group: "actions", name, run });
  const dark = theme.current === "dark";
  return [
    ...AREA_ENTRIES.map(({ area, address }) => place(address, app[area])),
    ...KINDS.filter(({ family }) => MEMBERS[family].roles["subscribe"]?.includes(role)).map(({ slug }) =>
      place(`/workspace/${slug}`, kindTexts(slug).title),
    ),
    ...sectionsFor(role, isUser).map(({ slug }) =>
      place(`/settings/${slug}`, `${app.settings}: ${settingsTexts()[slug]}`),
    ),
    action("new", t.new_chat, () => router.go("/chat")),
    ...(ASKING.includes(role) && AREA_ENTRIES.some(({ area }) => area === "tasks")
      ? [action("new-task", t.new_task, () => router.go("/tasks?new=yes"))]
      : []),
    action("shortcuts", t.shortcuts, () => (overlay.open = "shortcuts")),
    action("theme", dark ? t.theme_light : t.theme_dark, () => theme.choose(dark ? "light" : "dark")),
    action("language", t.language, () => language.choose(language.current === "en" ? "pt-BR" : "en")),
    action("documentation", t.documentation, () => open("/docs/", "_blank", "noopener")),
    ...(isUser ? [action("leave", t.log_out, () => void connection.leave())] : []),
  ];
}

/** Those that have all words of a query in their names, whatever their case and accents. */
export function fitting(commands: readonly PaletteCommand[], query: string): readonly PaletteCommand[] {
  const words = plain(query).split(/\s+/).filter(Boolean);
  return commands.filter(({ name }) => words.every((word) => plain(name).includes(word)));
}

function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** Where what a search has found is shown; undefined where the page has no place for it. */
export function addressOf(item: SearchItem): string | undefined {
  const { kind, id } = item;
  if (item.conversationId !== null) return foundAddress(item);
  if (kind === "task") return AREA_ENTRIES.some(({ area }) => area === "tasks") ? `/tasks/${id}` : undefined;
  const slug = KINDS.find(({ family }) => family === kind)?.slug;
  return slug === undefined ? undefined : `/workspace/${slug}?id=${id}`;
}

function kindText(kind: string): string | undefined {
  const known: Readonly<Record<string, string>> = foundTexts().kinds;
  return Object.hasOwn(known, kind) ? known[kind] : undefined;
}

export function foundCommands(items: readonly SearchItem[]): readonly PaletteCommand[] {
  return items.flatMap((item) => {
    const address = addressOf(item);
    if (address === undefined) return [];
    const { kind, id, title, conversationTitle } = item;
    const excerpt = fromFirstPlace(item.excerpt, item.places);
    const name = title || conversationTitle || excerpt;
    const more = excerpt === name ? undefined : excerpt;
    return [{ key: `${kind} ${id}`, group: "found", name, kind: kindText(kind), more, run: () => router.go(address) }];
  });
}
