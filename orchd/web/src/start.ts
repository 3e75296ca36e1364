/** The page itself, put into a document: the one that has nothing else, or that of the way in, once somebody is in. */

import { mount } from "svelte";
import App from "$/App.svelte";
import { connection } from "$/app/connection.svelte";
import { fetchPartsAfter } from "$/ui/parts";

export function start(target: Element): void {
  // A part that can't be had may be one of an older build, and the daemon has a newer one.
  addEventListener("vite:preloadError", () => void connection.compare());
  fetchPartsAfter(() => connection.back());
  mount(App, { target });
  void connection.start();
}
