/** The hosts whose pictures somebody has allowed for good, kept in this browser: others in the same one have their own. */

const PREFIX = "orchd.pictures.";
/** More are not kept: the one that was allowed first gives way. */
const MOST = 200;

export class AllowedHosts {
  /** In the order in which they were allowed. */
  all = $state.raw<readonly string[]>([]);
  /** Whether the operator has nothing fetched, from whomever. */
  off = $state(false);
  #userId: number | undefined;

  constructor() {
    // Another tab has changed them.
    addEventListener("storage", ({ key }) => {
      if (key === null || key === this.#key) this.all = this.#stored();
    });
  }

  /** From now on they are this person's. */
  open(userId: number): void {
    this.#userId = userId;
    this.all = this.#stored();
  }

  /** What was allowed so far is another person's: who was nobody has become somebody. */
  give(userId: number): void {
    const kept = this.all;
    this.open(userId);
    for (const host of kept) this.allow(host);
  }

  allow(host: string): void {
    this.#keep([...this.#stored().filter((each) => each !== host), host].slice(-MOST));
  }

  takeBack(host: string): void {
    this.#keep(this.#stored().filter((each) => each !== host));
  }

  get #key(): string | undefined {
    return this.#userId === undefined ? undefined : `${PREFIX}${this.#userId}`;
  }

  #keep(hosts: readonly string[]): void {
    this.all = hosts;
    if (this.#key === undefined) return;
    try {
      if (hosts.length === 0) localStorage.removeItem(this.#key);
      else localStorage.setItem(this.#key, JSON.stringify(hosts));
    } catch {
      // There is no room: it holds until the page is loaded again.
    }
  }

  #stored(): readonly string[] {
    try {
      const found: unknown = this.#key === undefined ? [] : JSON.parse(localStorage.getItem(this.#key) ?? "[]");
      return Array.isArray(found) ? found.filter((each) => typeof each === "string").slice(-MOST) : [];
    } catch {
      return [];
    }
  }
}

export const allowedHosts = new AllowedHosts();
