import { send } from "/send.js";
import { waitForPage } from "/wait.js";

const form = document.getElementById("form");
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const { name, password } = form.elements;
  send(form, "/login", { name: name.value, password: password.value }, (error) => {
    if (error.code === "unauthorized") password.value = "";
    password.focus();
  });
});
waitForPage();
