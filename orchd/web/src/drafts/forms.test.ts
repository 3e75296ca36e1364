import { expect, it } from "vitest";

const SOURCES = import.meta.glob<string>("/src/**/*.svelte", { query: "?raw", import: "default", eager: true });

/** What people write in. */
const FIELD = /<textarea\b|<input\b(?![^>]*type="(?:file|hidden|search|checkbox|radio)")/;
/** What keeps what stands there: a form's own draft, that of an entity, of a text's places, or of a conversation. */
const KEPT = /\bnew (?:FormDraft|FilledForm)\b|changeDraft\(|\bform: (?:EntityForm|FilledForm)\b|\bhost: FieldHost\b/;

/** Why fields elsewhere keep nothing. */
const NOTHING_TO_KEEP: Readonly<Record<string, string>> = {
  "chat/list/ConversationRow.svelte":
    "a title is stored as soon as the focus leaves it, and Escape is the way back to what it was",
  "chat/message/marks/ReactionPicker.svelte": "one emoji",
  "door/LoginForm.svelte": "secrets",
  "door/NameField.svelte": "who is to log in",
  "door/SetupForm.svelte": "secrets",
  "entities/form/MapField.svelte": "its form keeps it",
  "settings/admin/Audit.svelte": "which part of a list is shown",
  "settings/admin/UserPanel.svelte": "a password, and what is chosen before something is removed",
  "settings/own/Notifications.svelte": "a code that is good once",
  "settings/own/Profile.svelte": "secrets",
  "shell/Palette.svelte": "what is searched",
};

it("keeps whatever is typed into a form: a reload and Escape lose nothing", () => {
  const lost = Object.entries(SOURCES)
    .filter(([, source]) => FIELD.test(source) && !KEPT.test(source))
    .map(([path]) => path.replace("/src/", ""));
  expect(lost.toSorted()).toEqual(Object.keys(NOTHING_TO_KEEP).toSorted());
});
