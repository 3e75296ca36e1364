/** What somebody has typed and not sent, kept in the browser by conversation, so that a reload loses nothing. */

const PREFIX = "orchd.draft.";
/** Of drafts longer than this the browser's storage has no room for many. */
const MAX_LENGTH = 200_000;

function key(conversationId: number | undefined): string {
  return `${PREFIX}${conversationId ?? "new"}`;
}

export function readDraft(conversationId: number | undefined): string {
  return localStorage.getItem(key(conversationId)) ?? "";
}

export function keepDraft(conversationId: number | undefined, text: string): void {
  try {
    if (text === "") localStorage.removeItem(key(conversationId));
    else if (text.length <= MAX_LENGTH) localStorage.setItem(key(conversationId), text);
  } catch {
    // The storage is full: the text stays on the page.
  }
}
