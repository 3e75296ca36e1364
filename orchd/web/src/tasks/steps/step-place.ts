/** Where a step stands on the page. */

/** Bring it into view, and the focus with it. */
export function showStep(id: number): void {
  const step = document.getElementById(`step-${id}`);
  step?.scrollIntoView({ block: "start" });
  step?.focus({ preventScroll: true });
}
