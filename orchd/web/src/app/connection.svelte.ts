/** The one connection of the page to its daemon, and who it belongs to. */

import { type Client, connect, type ConnectionState, UnauthorizedError } from "@orchd/client";

/** Who is asking: the daemon's `GET /session`. */
export interface Person {
  readonly user: string;
  readonly role: string;
}

/**
 * `starting`: nothing is known yet; `stranger`: somebody has to log in first; `expired`: somebody has been logged in, and
 * has to do it again, while the page keeps all that it shows.
 */
export type Access = "starting" | "known" | "stranger" | "expired";

const RETRY_MS = 2000;
/** A connection that is back sooner than this was not worth a word. */
const QUIET_MS = 1200;

class Connection {
  access = $state<Access>("starting");
  person = $state.raw<Person>();
  /** Made once; it comes back by itself. */
  client = $state.raw<Client>();
  state = $state<ConnectionState>("connecting");
  /** Whether it has been away for long enough to say so. */
  away = $state(false);
  /** Counts the connections that there were, so that what isn't subscribed to can be read again. */
  generation = $state(0);
  /** Whether the daemon serves another build of this page by now. */
  outdated = $state(false);
  #quiet: ReturnType<typeof setTimeout> | undefined;

  /** Find out who is there, and connect. */
  async start(): Promise<void> {
    this.#later();
    for (;;) {
      const known = await this.#recognise();
      if (known !== undefined) break;
      await new Promise((done) => setTimeout(done, RETRY_MS));
    }
    if (this.access === "known") await this.#connect();
  }

  /** Go on as whoever has just logged in. */
  async enter(person: Person): Promise<void> {
    const another = this.person !== undefined && this.person.user !== person.user;
    if (another) {
      location.assign("/"); // nothing of one person is shown to the next
      return;
    }
    this.person = person;
    this.access = "known";
    if (this.client === undefined || this.state === "closed") await this.#connect();
    else this.client.reconnect();
  }

  /** Log out, and show nothing more of it. */
  async leave(): Promise<void> {
    await fetch("/logout", { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" });
    location.assign("/");
  }

  /** The client, for what is shown only while there is one. */
  get now(): Client {
    if (this.client === undefined) throw new Error("there is no connection yet");
    return this.client;
  }

  async #connect(): Promise<void> {
    this.client?.close();
    try {
      const client = await connect(undefined, { patient: true });
      client.watch((state) => this.#changed(state));
      this.client = client;
      this.#changed(client.state);
    } catch (error) {
      if (error instanceof UnauthorizedError) this.#lost();
      else throw error;
    }
  }

  #changed(state: ConnectionState): void {
    this.state = state;
    if (state === "connected") {
      clearTimeout(this.#quiet);
      this.away = false;
      this.generation += 1;
      void this.#compare();
      return;
    }
    this.#later();
    // A browser doesn't say why a handshake was refused.
    void this.#recognise();
  }

  #later(): void {
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => (this.away = true), QUIET_MS);
  }

  /** Ask who one is; returns nothing where that can't be told now. */
  async #recognise(): Promise<Access | undefined> {
    try {
      const answer = await fetch("/session", { cache: "no-store" });
      if (answer.ok) {
        this.person = (await answer.json()) as Person;
        this.access = "known";
      } else if (answer.status === 401 || answer.status === 403) {
        this.#lost();
      } else {
        return undefined;
      }
      return this.access;
    } catch {
      return undefined;
    }
  }

  #lost(): void {
    this.access = this.person === undefined ? "stranger" : "expired";
  }

  /** See whether the page is the one that the daemon serves by now. */
  async #compare(): Promise<void> {
    const own = document.querySelector<HTMLScriptElement>('script[src^="/assets/"]');
    if (own === null) return;
    try {
      const { page } = (await (await fetch("/version", { cache: "no-store" })).json()) as { page: string | null };
      this.outdated = page !== null && new URL(page, location.href).pathname !== new URL(own.src).pathname;
    } catch {
      // It is asked again after the next connection.
    }
  }
}

export const connection = new Connection();
