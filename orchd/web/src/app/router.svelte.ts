/** Which page is shown: what stands in the address, and how it changes without loading anything anew. */

const AREAS = ["chat", "tasks", "machine", "models", "workspace", "settings"] as const;
export type Area = (typeof AREAS)[number];

const ID = /^[1-9][0-9]{0,15}$/;
const ID_OR_NOTHING = /^([1-9][0-9]{0,15})?$/;
/** What may stand behind each; which names there are, the area itself knows. */
const BELOW: Readonly<Record<Area, RegExp>> = {
  chat: ID_OR_NOTHING,
  tasks: ID_OR_NOTHING,
  machine: /^$/,
  models: /^[a-z-]*$/,
  workspace: /^[a-z-]*$/,
  settings: /^[a-z-]*$/,
};

/** The parts of a path; what isn't encoded as it should be stays as it is, and leads nowhere. */
function segments(path: string): string[] {
  const parts = path.split("/").slice(1);
  if (parts.at(-1) === "") parts.pop();
  return parts.map((part) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return part;
    }
  });
}

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

  /** The part of the page that is shown; `/` is the chat. Undefined where an address leads to none. */
  get area(): Area | undefined {
    const [first = "", rest = "", ...more] = segments(this.#path);
    const area = first === "" ? "chat" : AREAS.find((each) => each === first);
    return area !== undefined && more.length === 0 && BELOW[area].test(rest) ? area : undefined;
  }

  /** What stands behind it: an id, or the name of a kind. */
  get rest(): string {
    return segments(this.#path)[1] ?? "";
  }

  /** The id that stands behind it; undefined where there is none. */
  get id(): number | undefined {
    return ID.test(this.rest) ? Number(this.rest) : undefined;
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
