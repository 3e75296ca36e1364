/** The scroll position is the reader's own: it follows what comes only while the reader is at the end. */

const NEAR_PX = 48;

export class EndFollower {
  atEnd = $state(true);
  #element: HTMLElement | undefined;

  /** For `use:`; the element scrolls, and its first child grows. */
  readonly follow = (element: HTMLElement): { destroy: () => void } => {
    this.#element = element;
    const look = (): void => {
      this.atEnd = element.scrollHeight - element.scrollTop - element.clientHeight <= NEAR_PX;
    };
    const grown = new ResizeObserver(() => {
      if (this.atEnd) element.scrollTop = element.scrollHeight;
    });
    element.addEventListener("scroll", look, { passive: true });
    grown.observe(element);
    if (element.firstElementChild !== null) grown.observe(element.firstElementChild);
    return {
      destroy: () => {
        grown.disconnect();
        element.removeEventListener("scroll", look);
      },
    };
  };

  toEnd(): void {
    this.atEnd = true;
    if (this.#element !== undefined) this.#element.scrollTop = this.#element.scrollHeight;
  }
}
