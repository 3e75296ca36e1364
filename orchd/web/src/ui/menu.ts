import type { Component } from "svelte";

/** What one may choose in a menu. */
export interface MenuEntry {
  readonly label: string;
  readonly run: () => void;
  readonly icon?: Component | undefined;
  readonly kind?: "plain" | "danger";
  readonly disabled?: boolean;
}

/** Entries that belong together; `title` says what they have in common. */
export interface MenuGroup {
  readonly title?: string;
  readonly entries: readonly MenuEntry[];
}
