/** Parts of the page that are loaded when they are first wanted. */

/** A part that can't be had any more in the page as it is: a browser takes a module that it couldn't fetch as failed for as long as the page lives. */
export class LostPartError extends Error {}

let reachable: () => Promise<void> = () => Promise.resolve();

/** Have parts wait for this before they are fetched. */
export function fetchPartsAfter(wait: () => Promise<void>): void {
  reachable = wait;
}

/** For `{:catch}`: the panel around it shows what failed inside. */
export function raise(error: unknown): never {
  throw error;
}

/** What `load` imports, once, and not while the daemon is away. Rejects with `LostPartError`. */
export function part<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined;
  async function begin(): Promise<T> {
    await reachable();
    try {
      return await load();
    } catch (error) {
      loading = undefined;
      throw new LostPartError("a part of the page could not be loaded", { cause: error });
    }
  }
  return () => (loading ??= begin());
}
