import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { PictureShelf } from "$/markdown/pictures/shelf.svelte";
import { pictureFailure } from "$/markdown/pictures/reason";

const URLS = Array.from({ length: 5 }, (_, number) => `https://a.example/${number}.png`);

/** What the daemon answers, by the address that is asked for; nothing: it is silent. */
let answers: Record<string, () => Response>;
let asked: string[];

beforeEach(() => {
  asked = [];
  answers = {};
  vi.stubGlobal("fetch", (_: string, { body, signal }: { body: string; signal: AbortSignal }) => {
    const { url } = JSON.parse(body) as { url: string };
    asked.push(url);
    const answer = answers[url];
    return new Promise<Response>((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason as Error));
      if (answer !== undefined) resolve(answer());
    });
  });
  vi.stubGlobal("URL", Object.assign(URL, { createObjectURL: () => "blob:1", revokeObjectURL: vi.fn() }));
  vi.stubGlobal(
    "Image",
    class {
      src = "";
      naturalWidth = 30;
      naturalHeight = 20;
      decode = (): Promise<void> => Promise.resolve();
    },
  );
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

function refused(status: number, code: string, reason: string): () => Response {
  const error = { code, message: "it is so", details: { reason, retryAfterMs: 1 } };
  return () => new Response(JSON.stringify({ error }), { status });
}

describe("pictures from elsewhere", () => {
  it("are asked for when somebody wants them, once, and keep their size", async () => {
    const shelf = new PictureShelf();
    const [url = ""] = URLS;
    answers[url] = () => new Response("x");
    const remote = shelf.take(url);
    expect([shelf.take(url), asked]).toEqual([remote, []]);
    shelf.want(remote);
    shelf.want(remote);
    await vi.waitFor(() => expect(remote.state).toBe("shown"));
    shelf.want(remote);
    expect([asked, remote.source, remote.width, remote.height]).toEqual([[url], "blob:1", 30, 20]);
  });

  it("are fetched two at a time", async () => {
    const shelf = new PictureShelf();
    const remotes = URLS.map((url) => shelf.take(url));
    for (const remote of remotes) shelf.want(remote);
    expect(asked).toEqual(URLS.slice(0, 2));
    remotes[0]?.stopped?.abort();
    await vi.waitFor(() => expect(asked).toEqual(URLS.slice(0, 3)));
    expect(remotes[0]?.state).toBe("blocked");
  });

  it("say why they can't be shown, and are tried again", async () => {
    const shelf = new PictureShelf();
    const [url = ""] = URLS;
    answers[url] = refused(403, "forbidden", "own_network");
    const remote = shelf.take(url);
    shelf.want(remote);
    await vi.waitFor(() => expect(remote.state).toBe("failed"));
    expect(pictureFailure(remote.failure)).toBe("It is so.");
    answers[url] = () => new Response("x");
    shelf.want(remote);
    await vi.waitFor(() => expect(remote.state).toBe("shown"));
  });

  it("wait for a daemon that has too much to do, and take a proxy's page for a failure", async () => {
    const shelf = new PictureShelf();
    const [url = "", other = ""] = URLS;
    let busy = 2;
    answers[url] = () => (busy-- > 0 ? refused(503, "busy", "pictures")() : new Response("x"));
    answers[other] = () => new Response("<html>", { status: 502 });
    const [one, two] = [shelf.take(url), shelf.take(other)];
    shelf.want(one);
    shelf.want(two);
    await vi.waitFor(() => expect([one.state, two.state]).toEqual(["shown", "failed"]));
    expect(asked.filter((each) => each === url)).toHaveLength(3);
  });

  it("that nobody looks at any more are not fetched to their end", async () => {
    vi.useFakeTimers();
    const shelf = new PictureShelf();
    const [url = ""] = URLS;
    const remote = shelf.take(url);
    shelf.want(remote);
    shelf.letGo(remote);
    expect(shelf.take(url)).toBe(remote);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(remote.state, "the text was only drawn anew").toBe("waiting");
    shelf.letGo(remote);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(remote.state).toBe("blocked");
  });

  it("are not kept without end", async () => {
    vi.useFakeTimers();
    const shelf = new PictureShelf();
    const first = shelf.take("https://a.example/first");
    shelf.letGo(first);
    for (let number = 0; number < 60; number += 1) shelf.letGo(shelf.take(`https://a.example/${number}`));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(shelf.take("https://a.example/first")).not.toBe(first);
  });
});
