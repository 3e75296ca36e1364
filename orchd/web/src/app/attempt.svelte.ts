/** Something that is tried on request: whether it is under way, and why it failed, to be shown beside what it is about. */

import { notices } from "$/app/notices.svelte";
import { failedField, failureText } from "$/ui/failure";

export class Attempt {
  busy = $state(false);
  failure = $state.raw<unknown>();

  /** Do it, and say so when it went well. Returns what came of it, undefined where it failed. */
  async run<T>(work: () => Promise<T>, done?: string): Promise<T | undefined> {
    this.busy = true;
    this.failure = undefined;
    try {
      const result = await work();
      if (done !== undefined) notices.done(done);
      return result;
    } catch (error) {
      this.failure = error;
      return undefined;
    } finally {
      this.busy = false;
    }
  }

  /** What is wrong with a member of the request. */
  errorAt(name: string): string | undefined {
    return failedField(this.failure) === name ? failureText(this.failure) : undefined;
  }

  /** Why it failed, where that is about none of these members. */
  besides(...names: readonly string[]): unknown {
    return names.includes(failedField(this.failure) ?? "") ? undefined : this.failure;
  }
}
