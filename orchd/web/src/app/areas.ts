/** The parts of the page that the menu leads to. What a part needs is loaded when somebody goes there. */

import Activity from "@lucide/svelte/icons/activity";
import Cpu from "@lucide/svelte/icons/cpu";
import ListTodo from "@lucide/svelte/icons/list-todo";
import MessageSquare from "@lucide/svelte/icons/message-square";
import FolderOpen from "@lucide/svelte/icons/folder-open";
import Settings from "@lucide/svelte/icons/settings";
import type { Component } from "svelte";
import type { Area } from "$/app/router.svelte";
import ChatArea from "$/chat/ChatArea.svelte";
import { part } from "$/ui/parts";

export interface AreaEntry {
  readonly area: Area;
  readonly icon: Component;
  /** Where it begins. */
  readonly address: string;
  load(): Promise<Component>;
}

export const AREA_ENTRIES: readonly AreaEntry[] = [
  { area: "chat", icon: MessageSquare, address: "/chat", load: () => Promise.resolve(ChatArea) },
  {
    area: "tasks",
    icon: ListTodo,
    address: "/tasks",
    load: part(async () => (await import("$/tasks/TasksArea.svelte")).default),
  },
  {
    area: "machine",
    icon: Activity,
    address: "/machine",
    load: part(async () => (await import("$/machine/MachineArea.svelte")).default),
  },
  {
    area: "models",
    icon: Cpu,
    address: "/models",
    load: part(async () => (await import("$/models/ModelsArea.svelte")).default),
  },
  {
    area: "workspace",
    icon: FolderOpen,
    address: "/workspace",
    load: part(async () => (await import("$/workspace/WorkspaceArea.svelte")).default),
  },
  {
    area: "settings",
    icon: Settings,
    address: "/settings",
    load: part(async () => (await import("$/settings/SettingsArea.svelte")).default),
  },
];
