import { send } from "/send.js";

const form = document.getElementById("log-out");
form.addEventListener("submit", (event) => {
  event.preventDefault();
  send(form, "/logout", {});
});
