/** The questions that this page has sent and heard nothing of yet: they are not to be sent again meanwhile. */

const FLIGHTS = new Set<string>();

export function beginFlight(key: string): void {
  FLIGHTS.add(key);
}

export function endFlight(key: string): void {
  FLIGHTS.delete(key);
}

/** Whether a question isn't on its way. */
export function landed({ key }: { readonly key: string }): boolean {
  return !FLIGHTS.has(key);
}
