/**
 * Pictures from elsewhere that the daemon has fetched for this page: kept in its memory while it is open, so that a text
 * that is drawn anew asks nobody again. Their browser asks nobody but the daemon.
 */

import { DisconnectedError, RequestError } from "@orchd/client";

/** The daemon fetches no more for one person. */
const AT_ONCE = 2;
/** So many stay of those that are not shown any more. */
const MOST = 40;
/** How often it is asked again while it has too much to do: another tab may be fetching. */
const TRIES = 10;
/** A text that is drawn anew lets go of its pictures for a moment. */
const LET_GO_MS = 2000;

/** One picture, by its address. */
class Remote {
  /** `blocked`: nobody has asked for it. */
  state = $state<"blocked" | "waiting" | "shown" | "failed">("blocked");
  failure = $state.raw<unknown>();
  /** Whether somebody has asked for just this one. */
  wanted = $state(false);
  /** Of the page's own memory. */
  source = "";
  width = 0;
  height = 0;
  users = 0;
  stopped: AbortController | undefined;

  constructor(readonly url: string) {}
}

export class PictureShelf {
  readonly #all = new Map<string, Remote>();
  readonly #queue: Remote[] = [];
  #running = 0;

  /** The picture of an address, to be let go of. */
  take(url: string): Remote {
    const remote = this.#all.get(url) ?? new Remote(url);
    this.#all.delete(url);
    this.#all.set(url, remote); // the newest is the last
    remote.users += 1;
    return remote;
  }

  letGo(remote: Remote): void {
    remote.users -= 1;
    if (remote.users > 0) return;
    setTimeout(() => {
      if (remote.users > 0) return;
      if (remote.state === "waiting") remote.stopped?.abort();
      this.#tidy();
    }, LET_GO_MS);
  }

  /** Have the daemon fetch one; again, where that failed. */
  want(remote: Remote): void {
    if (remote.state === "waiting" || remote.state === "shown") return;
    remote.state = "waiting";
    remote.stopped = new AbortController();
    this.#queue.push(remote);
    void this.#next();
  }

  async #next(): Promise<void> {
    if (this.#running >= AT_ONCE) return;
    const remote = this.#queue.shift();
    if (remote === undefined) return;
    this.#running += 1;
    try {
      await this.#fetch(remote, remote.stopped?.signal);
      remote.state = "shown";
    } catch (error) {
      remote.failure = error;
      remote.state = remote.stopped?.signal.aborted ? "blocked" : "failed";
    } finally {
      this.#running -= 1;
    }
    void this.#next();
  }

  async #fetch(remote: Remote, signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    const content = await fetchPicture(remote.url, signal);
    const source = URL.createObjectURL(content);
    const image = new Image();
    image.src = source;
    try {
      await image.decode();
    } catch {
      URL.revokeObjectURL(source);
      throw new RequestError({
        code: "upstream_error",
        message: "it can't be drawn",
        details: { reason: "picture_type" },
      });
    }
    [remote.source, remote.width, remote.height] = [source, image.naturalWidth, image.naturalHeight];
  }

  #tidy(): void {
    let spare = this.#all.size - MOST;
    for (const [url, remote] of this.#all) {
      if (spare <= 0) return;
      if (remote.users > 0 || remote.state === "waiting") continue;
      if (remote.source !== "") URL.revokeObjectURL(remote.source);
      this.#all.delete(url);
      spare -= 1;
    }
  }
}

export const pictureShelf = new PictureShelf();

/** Ask the daemon for a picture. Throws `RequestError`, `DisconnectedError`, and the signal's reason. */
async function fetchPicture(url: string, signal: AbortSignal | undefined): Promise<Blob> {
  for (let tries = 1; ; tries += 1) {
    const answer = await post(url, signal);
    if (answer.ok) return answer.blob();
    const refused = new RequestError(await refusalOf(answer));
    if (refused.code !== "busy" || tries === TRIES) throw refused;
    await new Promise((done) => setTimeout(done, refused.retryAfterMs ?? 1000));
    signal?.throwIfAborted();
  }
}

async function post(url: string, signal: AbortSignal | undefined): Promise<Response> {
  try {
    const body = JSON.stringify({ url });
    const headers = { "Content-Type": "application/json" };
    return await fetch("/pictures", { method: "POST", headers, body, signal: signal ?? null });
  } catch {
    signal?.throwIfAborted();
    throw new DisconnectedError("the connection was lost");
  }
}

/** The error that stands in an answer; a proxy in between may answer with anything. */
async function refusalOf(answer: Response): Promise<unknown> {
  try {
    const { error } = (await answer.json()) as { error?: unknown };
    if (error !== undefined) return error;
  } catch {
    // as below
  }
  return { code: "unavailable", message: `HTTP ${answer.status}` };
}
