/** What is copied of messages is their text: formulas as they were written. */

const CONTROLS = "button, figcaption, footer, time";

/** Put what is selected into the clipboard, where formulas are in it: all else the browser does well. */
export function copyFormulas(event: ClipboardEvent): void {
  const selection = getSelection();
  if (selection === null || event.clipboardData === null || event.target instanceof HTMLTextAreaElement) return;
  const place = document.createElement("div");
  for (let index = 0; index < selection.rangeCount; index++) place.append(selection.getRangeAt(index).cloneContents());
  const set = place.querySelectorAll<HTMLElement>(".math[data-source]");
  if (set.length === 0) return;
  for (const formula of set) {
    const sign = formula.classList.contains("math-block") ? "$$" : "$";
    formula.textContent = `${sign}${formula.dataset["source"] ?? ""}${sign}`;
  }
  for (const control of place.querySelectorAll(CONTROLS)) control.remove();
  // Only what is laid out has lines.
  place.style.cssText = "position: fixed; inset-block-start: 0; inset-inline-start: -200vw; width: 100vw";
  document.body.append(place);
  event.clipboardData.setData("text/plain", place.innerText);
  place.remove();
  place.removeAttribute("style");
  event.clipboardData.setData("text/html", place.innerHTML);
  event.preventDefault();
}
