/** Which page is shown: what stands in the address, and how it changes without loading anything anew. */

export const AREAS = ["chat", "tasks", "machine", "models", "workspace", "settings"] as const;
export type Area = (typeof AREAS)[number];

class Router {
  #path = $state(location.pathname);
  #query = $state(location.search);

  constructor() {
    addEventListener("popstate", () => this.#read());
    document.addEventListener("click", (event) => this.#follow(event));
  }

  get path(): string {
    return this.#path;
  }

  get query(): URLSearchParams {
    return new URLSearchParams(this.#query);
  }

  /** The part of the page that is shown; `/` is the chat. */
  get area(): Area {
    const first = this.#path.split("/")[1] ?? "";
    return AREAS.find((area) => area === first) ?? "chat";
  }

  /** What stands behind it: an id, or the name of a kind. */
  get rest(): string {
    return decodeURIComponent(this.#path.split("/")[2] ?? "");
  }

  /** The id that stands behind it; undefined where there is none. */
  get id(): number | undefined {
    return /^[1-9][0-9]{0,15}$/.test(this.rest) ? Number(this.rest) : undefined;
  }

  /** Go to an address of this page. */
  go(address: string, { replace = false } = {}): void {
    if (address === location.pathname + location.search) return;
    if (replace) history.replaceState(null, "", address);
    else history.pushState(null, "", address);
    this.#read();
  }

  #read(): void {
    this.#path = location.pathname;
    this.#query = location.search;
  }

  /** Links to addresses of this page are followed in it, unless another tab or window is wanted. */
  #follow(event: MouseEvent): void {
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return;
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (link === null || link.target !== "" || link.hasAttribute("download") || link.origin !== location.origin) return;
    const first = link.pathname.split("/")[1] ?? "";
    if (first !== "" && !AREAS.some((area) => area === first)) return;
    event.preventDefault();
    this.go(link.pathname + link.search);
  }
}

export const router = new Router();
