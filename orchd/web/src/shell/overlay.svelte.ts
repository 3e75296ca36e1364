/** What lies over the page, opened by keys or by a button. */
class Overlay {
  open = $state<"palette" | "shortcuts">();
}

export const overlay = new Overlay();
