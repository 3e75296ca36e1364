/** The scroll position is the reader's own: it follows what comes only while the reader is at the end. */

const NEAR_PX = 48;

export class EndFollower {
  atEnd = $state(true);
  #element: HTMLElement | undefined;
  #top = 0;

  /** For `use:`; the element scrolls, and its first child grows. */
  readonly follow = (element: HTMLElement): { destroy: () => void } => {
    this.#element = element;
    const look = (): void => {
      const top = element.scrollTop;
      // Only whoever goes up leaves the end: that there is more below by now was not their doing.
      if (element.scrollHeight - top - element.clientHeight <= NEAR_PX) this.atEnd = true;
      else if (top < this.#top - 1) this.atEnd = false;
      this.#top = top;
    };
    const grown = new ResizeObserver(() => {
      if (this.atEnd) this.toEnd();
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

  /** Go to a part of it, and stay there. */
  show(part: Element): void {
    this.atEnd = false;
    part.scrollIntoView({ block: "center" });
    this.#top = this.#element?.scrollTop ?? 0;
  }

  /** Do what puts more above what is read, and keep that where it is. */
  async keepPlace(work: () => Promise<void>): Promise<void> {
    const element = this.#element;
    const [height, top] = [element?.scrollHeight ?? 0, element?.scrollTop ?? 0];
    await work();
    // Browsers keep the place by themselves, except at the very top.
    if (element !== undefined && top === 0 && element.scrollTop === 0)
      element.scrollTop = element.scrollHeight - height;
  }
}
