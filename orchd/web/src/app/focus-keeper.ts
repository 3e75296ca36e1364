/**
 * The focus is never nowhere: where what had it is taken away, or put elsewhere, the last place that is still there has
 * it, so that one goes on by keys from where one was. Who clicks beside everything has it nowhere, as everywhere.
 */

/** Places that are remembered. */
const MOST = 20;
const REGIONS = "aside, dialog, main";
const CONTROLS = "a[href], button, input, select, textarea";

interface Place {
  readonly element: HTMLElement;
  readonly region: string | undefined;
}

/** Keep it until what is returned is called. */
export function keepFocus(): () => void {
  let trail: Place[] = [];
  let left = false;

  function note({ target }: FocusEvent): void {
    if (!(target instanceof HTMLElement)) return;
    left = false;
    const region = target.closest(REGIONS)?.localName;
    trail = [{ element: target, region }, ...trail.filter(({ element }) => element !== target)].slice(0, MOST);
  }

  function leave({ target }: PointerEvent): void {
    left = target instanceof Element && target.closest(`${CONTROLS}, summary, [tabindex]`) === null;
  }

  function look(): void {
    if (left || document.activeElement !== document.body || trail[0] === undefined) return;
    const [{ region }] = trail as [Place];
    trail = trail.filter(({ element }) => element.isConnected);
    // What stands beside the page, or over it, is no place to go on with it.
    const near = trail.filter((each) => each.region !== undefined && (region === "aside" || each.region !== "aside"));
    // What can do nothing more where it is by now has others beside it that can.
    const first = near[0]?.element;
    const beside = first?.parentElement?.querySelectorAll<HTMLElement>(CONTROLS) ?? [];
    const rest = near.slice(1).map(({ element }) => element);
    for (const element of [first, ...beside, ...rest, document.getElementById("content")]) {
      element?.focus({ preventScroll: true });
      if (document.activeElement !== document.body) return;
    }
  }

  const observer = new MutationObserver(look);
  observer.observe(document.body, { childList: true, subtree: true });
  document.addEventListener("focusin", note);
  document.addEventListener("pointerdown", leave);
  return () => {
    observer.disconnect();
    document.removeEventListener("focusin", note);
    document.removeEventListener("pointerdown", leave);
  };
}
