import { showLogins } from "/logins.js";
import { send } from "/send.js";

const form = document.getElementById("log-out");
form.addEventListener("submit", (event) => {
  event.preventDefault();
  send(form, "/logout", {});
});

if (document.body.dataset.state === "user") {
  const address = new URL("/ws", location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  showLogins(document.getElementById("logins"), new WebSocket(address));
}

// The page itself, as soon as it is there.
async function look() {
  try {
    const answer = await fetch("/version", { cache: "no-store" });
    if ((await answer.json()).page) location.reload();
  } catch {
    // The daemon is away; it is asked again.
  }
}
setInterval(look, document.body.dataset.page === "building" ? 1000 : 5000);
