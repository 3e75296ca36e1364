/** Where somebody wanted to go before they had to say who they are. */

const KEY = "orchd.way-back";

/** An address of this page, with what stands behind it; the page's beginning for anything else. */
export function ownAddress(wanted: string | null): string {
  if (wanted === null || !URL.canParse(wanted, location.origin)) return "/";
  const { origin, pathname, search } = new URL(wanted, location.origin);
  return origin !== location.origin || isDoor(pathname) ? "/" : pathname + search;
}

/** Whether an address is one of the way in itself. */
function isDoor(path: string): boolean {
  return path === "/login" || path === "/setup" || path.startsWith("/oidc/");
}

/** Where whoever logs in here goes: where `to` says, or nowhere else than here. */
export function wayBack(): string {
  const here = isDoor(location.pathname) ? new URLSearchParams(location.search).get("to") : location.href;
  return ownAddress(here);
}

/** Keep it while another site asks who one is. */
export function keepWayBack(): void {
  sessionStorage.setItem(KEY, wayBack());
}

/** Go where somebody wanted to go who comes from there; done once. */
export function goBack(): void {
  const kept = sessionStorage.getItem(KEY);
  if (kept === null || location.pathname !== "/") return;
  sessionStorage.removeItem(KEY);
  history.replaceState(null, "", ownAddress(kept));
}
