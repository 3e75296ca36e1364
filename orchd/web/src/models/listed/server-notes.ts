import type { BackendNote, BackendNoteCode } from "@orchd/client";
import { texts } from "$/models/listed/server-note-texts";
import { formatNumber } from "$/text/language.svelte";

type Saying = (note: BackendNote, t: ReturnType<typeof texts>) => string;

/** A code that the protocol has and this table lacks is an error of types. */
const SAYINGS: Readonly<Record<BackendNoteCode, Saying>> = {
  files_left_out: ({ files, count }, t) =>
    t.files_left_out(
      [
        ...files,
        ...((count ?? 0) > files.length ? [t.more_files(formatNumber((count ?? 0) - files.length))] : []),
      ].join(", "),
    ),
  list_cut: ({ count, limit }, t) => t.list_cut(formatNumber(count ?? 0), formatNumber(limit ?? 0)),
  list_shown_in_part: ({ count, limit }, t) => t.list_shown_in_part(formatNumber(count ?? 0), formatNumber(limit ?? 0)),
  list_too_long: (_, t) => t.list_too_long,
  names_too_long: ({ count, limit }, t) => t.names_too_long(formatNumber(count ?? 0), formatNumber(limit ?? 0)),
  no_list: ({ httpStatus }, t) => t.no_list(String(httpStatus ?? "")),
};

/** What is worth knowing of a server though it is well, in the language of the page; one of a code of a later daemon
 * in that one's words, and undefined where there is nothing. */
export function notesText(notes: readonly BackendNote[] | undefined): string | undefined {
  const said = (notes ?? []).map((note) =>
    Object.hasOwn(SAYINGS, note.code) ? SAYINGS[note.code as BackendNoteCode](note, texts()) : note.text,
  );
  return said.join(" ") || undefined;
}
