// Sends a form's values as JSON; what has to be said stands in the form, in the page's language.

/** Post `values` as JSON. Returns null when it went well, else the error: its code, message and details. */
async function post(path, values) {
  let answer;
  try {
    answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(values),
      credentials: "same-origin",
      redirect: "error",
    });
  } catch {
    return { code: "unreachable" };
  }
  if (answer.ok) return null;
  try {
    return (await answer.json()).error;
  } catch {
    return { code: "other" };
  }
}

/** Say an error in the form's own words for its code. */
export function say(form, error) {
  const seconds = Math.ceil((error.details?.retryAfterMs ?? 0) / 1000);
  const { dataset } = form;
  const words = dataset[`${error.code}_${error.details?.field}`] ?? dataset[error.code] ?? dataset.other ?? dataset.failed;
  const told = words.replace("%s", String(seconds)).replace("%m", error.message ?? "");
  const place = form.querySelector("[role=alert]");
  place.textContent = "";
  requestAnimationFrame(() => { place.textContent = told; });  // the same words again are read out again
}

/** Post the form's values, and go to the front page when that went well. */
export async function send(form, path, values, onError = () => {}) {
  const button = form.querySelector("button");
  button.disabled = true;
  const error = await post(path, values);
  button.disabled = false;
  if (error === null) {
    location.replace("/");
    return;
  }
  say(form, error);
  onError(error);
}
