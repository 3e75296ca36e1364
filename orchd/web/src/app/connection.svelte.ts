/** The one connection of the page to its daemon, and who it belongs to. */

import { type Client, connect, type ConnectionState, UnauthorizedError } from "@orchd/client";
import { endOf } from "$/app/ended";
import { isEnd, type Person, whoIsThere } from "$/app/person";
import { removals } from "$/app/removals.svelte";
import { drafts } from "$/drafts/store.svelte";
import { allowedHosts } from "$/markdown/pictures/hosts.svelte";

/**
 * `starting`: nothing is known yet; `stranger`: somebody has to log in first; `expired`: somebody has been logged in, and
 * has to do it again, while the page keeps all that it shows.
 */
export type Access = "starting" | "known" | "stranger" | "expired";

/** What of an `error` frame is looked at that answers no request. */
interface SessionError {
  readonly details?: { readonly reason?: string };
}

/** That somebody has logged out in this browser, for its other tabs. */
const LEFT = "orchd.left";
const RETRY_MS = 2000;
/** While there is no connection, this is how long it takes at most until it is asked again who one is. */
const LONGEST_RETRY_MS = 15_000;
/** A connection that is back sooner than this was not worth a word. */
const QUIET_MS = 1200;

class Connection {
  access = $state<Access>("starting");
  person = $state.raw<Person>();
  /** Why somebody has to log in again, as the daemon calls it; undefined: it hasn't said so. */
  ended = $state<string>();
  /** It comes back by itself; another one is made only where this one can't go on, and then the page is built anew. */
  client = $state.raw<Client>();
  state = $state<ConnectionState>("connecting");
  /** Whether it has been away for long enough to say so. */
  away = $state(false);
  /** Counts the connections that there were, so that what isn't subscribed to can be read again. */
  generation = $state(0);
  /** Whether the daemon serves another build of this page by now. */
  outdated = $state(false);
  #quiet: ReturnType<typeof setTimeout> | undefined;
  #asking: ReturnType<typeof setTimeout> | undefined;
  #build = ownBuild();
  /** Whether the connection was ended because it was somebody else's. */
  #parted = false;
  readonly #waiting: (() => void)[] = [];

  /** Find out who is there, and connect. */
  async start(): Promise<void> {
    this.#later();
    addEventListener("online", () => this.#keepAsking(RETRY_MS));
    for (;;) {
      const known = await this.#recognise();
      if (known !== undefined) break;
      await new Promise((done) => setTimeout(done, RETRY_MS));
    }
    if (this.access === "known") await this.#connect();
  }

  /** Go on as whoever has just logged in. */
  async enter(person: Person): Promise<void> {
    if (this.person !== undefined && this.person.userId !== person.userId) {
      // Nothing of one person is shown to the next; but what was here while there was no user is the first one's.
      this.client?.close(); // nor does it send anything for them
      if (this.ended !== "users_exist") return void location.assign("/");
      drafts.give(person.userId);
      allowedHosts.give(person.userId);
      return location.reload();
    }
    this.#know(person);
    this.ended = undefined;
    if (this.client === undefined || this.state === "closed") await this.#connect();
    else this.client.reconnect();
  }

  /** Log out, and show nothing more of it. */
  async leave(): Promise<void> {
    localStorage.setItem(LEFT, "yes");
    await removals.finish();
    await fetch("/logout", { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" });
    location.assign("/");
  }

  /** Wait while a connection that was there is lost. */
  async back(): Promise<void> {
    if (this.generation > 0 && this.state !== "connected") await new Promise<void>((done) => this.#waiting.push(done));
  }

  /** The client, for what is shown only while there is one. */
  get now(): Client {
    if (this.client === undefined) throw new Error("there is no connection yet");
    return this.client;
  }

  async #connect(): Promise<void> {
    this.#parted = false;
    this.client?.close();
    try {
      const client = await connect(undefined, { patient: true });
      client.watch((state) => this.#changed(state));
      this.client = client;
      void this.#hear(client);
      this.#changed(client.state);
    } catch (error) {
      if (error instanceof UnauthorizedError) this.#lost();
      else throw error;
    }
  }

  /** Note why the daemon ends a connection: it says so before it does. */
  async #hear(client: Client): Promise<void> {
    for await (const { type, data } of client.unasked()) {
      if (type !== "error") continue;
      const reason = (data as SessionError).details?.reason;
      this.ended = isEnd(reason) ? reason : undefined;
    }
  }

  #changed(state: ConnectionState): void {
    this.state = state;
    clearTimeout(this.#asking);
    if (state === "connected" && this.#isOthers()) {
      this.#parted = true;
      this.client?.close(); // what waits is not sent for them
      return;
    }
    if (state === "connected") {
      clearTimeout(this.#quiet);
      this.away = false;
      this.generation += 1;
      allowedHosts.off = this.client?.ready?.switchedOff.includes("pictures_off") ?? false;
      void this.compare();
      for (const goOn of this.#waiting.splice(0)) goOn();
      return;
    }
    this.#later();
    this.#keepAsking(RETRY_MS);
  }

  /**
   * Ask who one is until there is a connection: a browser doesn't say why a handshake was refused, and without a network
   * nobody can say it at once.
   */
  #keepAsking(pauseMs: number): void {
    clearTimeout(this.#asking);
    if (this.client === undefined || this.state === "connected") return;
    void this.#recognise();
    const next = Math.min(pauseMs * 2, LONGEST_RETRY_MS);
    this.#asking = setTimeout(() => this.#keepAsking(next), pauseMs);
  }

  /** Whether somebody else has logged in in another tab by now. A daemon that looks for its database knows nobody yet. */
  #isOthers(): boolean {
    const user = this.client?.ready?.user ?? "";
    return user !== "" && user !== this.person?.user;
  }

  #later(): void {
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => (this.away = true), QUIET_MS);
  }

  /** Ask who one is; returns nothing where that can't be told now. */
  async #recognise(): Promise<Access | undefined> {
    // A session may be over without a connection on which that could be told.
    const person = await whoIsThere(
      (reason) => (this.ended ??= endOf(reason, this.person, localStorage.getItem(LEFT) !== null)),
    );
    if (person === undefined) return undefined;
    if (person === null) {
      this.#lost();
    } else if (this.access === "expired" || this.#parted || (this.person ?? person).userId !== person.userId) {
      await this.enter(person); // who has logged in in another tab
    } else {
      this.#know(person);
    }
    return this.access;
  }

  #know(person: Person): void {
    this.person = person;
    this.access = "known";
    drafts.open(person.userId);
    allowedHosts.open(person.userId);
    localStorage.removeItem(LEFT);
  }

  #lost(): void {
    this.access = this.person === undefined ? "stranger" : "expired";
  }

  /** See whether the page is the one that the daemon serves by now. */
  async compare(): Promise<void> {
    try {
      const { page } = (await (await fetch("/version", { cache: "no-store" })).json()) as { page: string | null };
      this.#build ??= page ?? undefined;
      this.outdated = page !== null && this.#build !== page;
    } catch {
      // It is asked again after the next connection.
    }
  }
}

/** The script that the document begins with. That of the way in begins with another one: then it is what the daemon
 * serves when the page is loaded behind it. */
function ownBuild(): string | undefined {
  const script = document.querySelector<HTMLScriptElement>('script[src^="/assets/index-"]');
  return script === null ? undefined : new URL(script.src).pathname;
}

export const connection = new Connection();
