/** Where in a document the page stands. */
export function place(): HTMLElement {
  const found = document.getElementById("page");
  if (found === null) throw new Error("the document has no place for the page");
  return found;
}
