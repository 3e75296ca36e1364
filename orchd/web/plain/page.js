import { showLogins } from "/logins.js";
import { send } from "/send.js";
import { waitForPage } from "/wait.js";

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

waitForPage();
