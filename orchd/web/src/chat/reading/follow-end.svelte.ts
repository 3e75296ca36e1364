/** The scroll position is the reader's own: it follows what comes only while the reader is at the end. */

const NEAR_PX = 48;
/** By which a reader moves, or begins to. */
const ACTS = ["wheel", "touchmove", "keydown", "pointerdown"] as const;

export class EndFollower {
  atEnd = $state(true);
  #element: HTMLElement | undefined;
  #top = 0;
  /** What is shown until the reader goes elsewhere, while sizes above it become known. */
  #place: (() => DOMRect) | undefined;
  readonly #isEmpty: () => boolean;
  #wasEmpty = false;

  /** `isEmpty`: nothing is there yet that grows at its end; what is shown instead is read from its top. */
  constructor(isEmpty: () => boolean) {
    this.#isEmpty = isEmpty;
  }

  /** For `use:`; the element scrolls, and its first child grows. */
  readonly follow = (element: HTMLElement): { destroy: () => void } => {
    this.#element = element;
    const look = (): void => {
      const top = element.scrollTop;
      // Only whoever goes up leaves the end: that there is more below by now was not their doing.
      if (this.#isEmpty() || element.scrollHeight - top - element.clientHeight <= NEAR_PX) this.atEnd = true;
      else if (top < this.#top - 1) this.atEnd = false;
      this.#top = top;
    };
    const grown = new ResizeObserver(() => {
      const [empty, wasEmpty] = [this.#isEmpty(), this.#wasEmpty];
      this.#wasEmpty = empty;
      if (empty && !wasEmpty) element.scrollTop = 0;
      else if (empty) return;
      else if (this.atEnd) this.toEnd();
      else this.#toPlace();
    });
    const leave = (): void => (this.#place = undefined);
    element.addEventListener("scroll", look, { passive: true });
    for (const act of ACTS) element.addEventListener(act, leave, { passive: true });
    grown.observe(element);
    if (element.firstElementChild !== null) grown.observe(element.firstElementChild);
    return {
      destroy: () => {
        grown.disconnect();
        element.removeEventListener("scroll", look);
        for (const act of ACTS) element.removeEventListener(act, leave);
      },
    };
  };

  toEnd(): void {
    this.atEnd = true;
    this.#place = undefined;
    if (this.#element !== undefined) this.#element.scrollTop = this.#element.scrollHeight;
  }

  /** Go to a part of it, and stay there until the reader moves: what is far away has its size only once it is near. */
  show(place: () => DOMRect): void {
    this.atEnd = false;
    this.#place = place;
    this.#toPlace();
  }

  #toPlace(): void {
    if (this.#element === undefined || this.#place === undefined) return;
    const [seen, part] = [this.#element.getBoundingClientRect(), this.#place()];
    // The middle of what is small, the beginning of what is tall.
    this.#element.scrollTop += part.top - seen.top - Math.max(0, (seen.height - part.height) / 2);
    this.#top = this.#element.scrollTop;
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
