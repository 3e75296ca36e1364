/** The pages of the settings, each with who may see it. What a page needs is loaded when somebody goes there. */

import type { Component } from "svelte";
import { part } from "$/ui/parts";

export interface SettingsSection {
  readonly slug: (typeof SLUGS)[number];
  /** `user admins`: admins, once there are users. */
  readonly who: "everybody" | "users" | "admins" | "user admins";
  load(): Promise<Component>;
}

const SLUGS = [
  "appearance",
  "notifications",
  "profile",
  "logins",
  "tokens",
  "usage",
  "users",
  "quotas",
  "everybody",
  "audit",
  "access",
  "about",
] as const;

const SECTIONS: readonly SettingsSection[] = [
  {
    slug: "appearance",
    who: "everybody",
    load: part(async () => (await import("$/settings/own/Appearance.svelte")).default),
  },
  {
    slug: "notifications",
    who: "everybody",
    load: part(async () => (await import("$/settings/own/Notifications.svelte")).default),
  },
  {
    slug: "profile",
    who: "everybody",
    load: part(async () => (await import("$/settings/own/Profile.svelte")).default),
  },
  { slug: "logins", who: "users", load: part(async () => (await import("$/settings/own/Logins.svelte")).default) },
  { slug: "tokens", who: "users", load: part(async () => (await import("$/settings/own/Tokens.svelte")).default) },
  { slug: "usage", who: "everybody", load: part(async () => (await import("$/settings/own/Usage.svelte")).default) },
  { slug: "users", who: "admins", load: part(async () => (await import("$/settings/admin/Users.svelte")).default) },
  { slug: "quotas", who: "admins", load: part(async () => (await import("$/settings/admin/Quotas.svelte")).default) },
  {
    slug: "everybody",
    who: "admins",
    load: part(async () => (await import("$/settings/admin/Everybody.svelte")).default),
  },
  { slug: "audit", who: "admins", load: part(async () => (await import("$/settings/admin/Audit.svelte")).default) },
  {
    slug: "access",
    who: "user admins",
    load: part(async () => (await import("$/settings/admin/Access.svelte")).default),
  },
  { slug: "about", who: "everybody", load: part(async () => (await import("$/settings/own/About.svelte")).default) },
];

/** The sections that somebody of this role may see; `isUser`: there are users, of whom they are one. */
export function sectionsFor(role: string, isUser: boolean): readonly SettingsSection[] {
  return SECTIONS.filter(
    ({ who }) =>
      who === "everybody" ||
      (who === "users" && isUser) ||
      (role === "admin" && (who === "admins" || (who === "user admins" && isUser))),
  );
}
