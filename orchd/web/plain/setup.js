import { say, send } from "/send.js";
import { waitForPage } from "/wait.js";

const form = document.getElementById("form");
const token = location.hash.slice(1);
history.replaceState(null, "", location.pathname);  // the link is a secret: it goes out of the address and the history

/** Whether there are users by now; where that can't be told, the form tells it once it is sent. */
async function isUsed() {
  try {
    const answer = await fetch("/session", { cache: "no-store" });
    const told = await answer.json();
    if (answer.ok) return told.user !== "local";
    return answer.status === 401 && told.error?.details?.reason !== "no_users";
  } catch {
    return false;
  }
}

if (!token) say(form, { code: "no_token" });
isUsed().then((used) => {
  if (!used) return;
  say(form, { code: "conflict" });
  for (const element of form.elements) element.disabled = true;
});
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
