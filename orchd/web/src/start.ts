/** The page itself, put into a document: the one that has nothing else, or that of the way in, once somebody is in. */

import { mount } from "svelte";
import App from "$/App.svelte";
import { connection } from "$/app/connection.svelte";

export function start(target: Element): void {
  // A part of an older build that is gone: the daemon has a newer one.
  addEventListener("vite:preloadError", () => (connection.outdated = true));
  mount(App, { target });
  void connection.start();
}
