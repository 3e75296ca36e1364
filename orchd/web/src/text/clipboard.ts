/**
 * Put a text on the clipboard; returns whether that went well.
 *
 * Browsers have `navigator.clipboard` only where the page came by https or from the same machine, and a daemon at home is
 * often neither. The older way is to be asked for what is to be copied.
 */
export async function copyText(text: string): Promise<boolean> {
  try {
    if (navigator.clipboard !== undefined) {
      await navigator.clipboard.writeText(text);
      return true;
    }
  } catch {
    // It isn't allowed; the older way may be.
  }
  let asked = false;
  const answer = (event: ClipboardEvent): void => {
    asked = event.clipboardData !== null;
    event.clipboardData?.setData("text/plain", text);
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  document.addEventListener("copy", answer, { capture: true });
  try {
    return document.execCommand("copy") && asked;
  } finally {
    document.removeEventListener("copy", answer, { capture: true });
  }
}
