/** Where in a document the page stands; what stood there while it was loaded is gone. */
export function place(): HTMLElement {
  const found = document.getElementById("page");
  if (found === null) throw new Error("the document has no place for the page");
  found.replaceChildren();
  return found;
}
