import { say, send } from "/send.js";
import { waitForPage } from "/wait.js";

const form = document.getElementById("form");
const token = location.hash.slice(1);
history.replaceState(null, "", location.pathname);  // the link is a secret: it goes out of the address and the history
if (!token) say(form, { code: "no_token" });
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const { name, password, again } = form.elements;
  if (!token) {
    say(form, { code: "no_token" });
  } else if (password.value !== again.value) {
    say(form, { code: "different" });
    again.focus();
  } else {
    send(form, "/setup", { token, name: name.value, password: password.value }, () => password.focus());
  }
});
waitForPage(() => history.replaceState(null, "", `${location.pathname}#${token}`));
