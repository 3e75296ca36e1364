import "$/styles/tokens.css";
import "$/styles/base.css";
import "$/app/theme.svelte";
import { mount } from "svelte";
import App from "$/App.svelte";
import { connection } from "$/app/connection.svelte";

const target = document.getElementById("page");
if (target === null) throw new Error("the document has no place for the page");

// A part of an older build that is gone: the daemon has a newer one.
addEventListener("vite:preloadError", () => (connection.outdated = true));

mount(App, { target });
void connection.start();
