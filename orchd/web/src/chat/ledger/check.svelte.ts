/** The check of one answer: the ledger that is stored of it, or one that is being made. */

import type { Client, VerifyClaimItem, VerifyLedger } from "@orchd/client";
import { NotFoundError } from "@orchd/client";

/** `unknown`: whether there is a ledger was not asked yet; `none`: it was never checked. */
export type CheckState = "unknown" | "reading" | "none" | "running" | "done" | "failed";

export class Check {
  /** Whether it is shown. */
  open = $state(false);
  state = $state<CheckState>("unknown");
  ledger = $state.raw<VerifyLedger>();
  /** By their places in the answer. */
  claims = $state.raw<readonly VerifyClaimItem[]>([]);
  /** The claim that somebody looks at. */
  chosen = $state<number>();
  failure = $state.raw<unknown>();
  /** What became of it, as soon as that is known, also without the ledger. */
  outcome = $state<string>();
  readonly #client: Client;
  readonly #messageId: number;
  #running: AbortController | undefined;

  constructor(client: Client, messageId: number) {
    this.#client = client;
    this.#messageId = messageId;
  }

  /** Show it, and what is stored of it; check the answer now where it never was. Or hide it. */
  toggle(): void {
    this.open = !this.open;
    if (!this.open || this.state === "running" || this.state === "done") return;
    void this.#readOrRun();
  }

  /** Check the answer, again if need be. Returns when that has ended, whatever became of it. */
  async run(): Promise<void> {
    if (this.#running !== undefined) return;
    const running = new AbortController();
    this.#running = running;
    this.state = "running";
    this.failure = undefined;
    this.claims = [];
    this.chosen = undefined;
    try {
      const asked = this.#client.verify.message({ messageId: this.#messageId }, { signal: running.signal });
      for await (const { data } of asked) this.#put(data.claim);
      this.#take(await asked);
    } catch (error) {
      this.claims = this.ledger?.claims ?? [];
      this.failure = running.signal.aborted ? undefined : error;
      this.state = this.failure !== undefined ? "failed" : this.ledger === undefined ? "none" : "done";
    } finally {
      this.#running = undefined;
    }
  }

  /** Take what is known to have come of it, which is read when it is opened. */
  note(outcome: string): void {
    if (this.state === "unknown") this.outcome = outcome;
  }

  /** End it; nothing of it is stored. */
  cancel(): void {
    this.#running?.abort();
  }

  async #readOrRun(): Promise<void> {
    this.state = "reading";
    this.failure = undefined;
    try {
      this.#take(await this.#client.verify.get({ messageId: this.#messageId }));
    } catch (error) {
      if (error instanceof NotFoundError) await this.run();
      else {
        this.failure = error;
        this.state = "failed";
      }
    }
  }

  #put(claim: VerifyClaimItem): void {
    const others = this.claims.filter(({ index }) => index !== claim.index);
    this.claims = [...others, claim].sort((a, b) => a.index - b.index);
  }

  #take(ledger: VerifyLedger): void {
    this.ledger = ledger;
    this.claims = ledger.claims;
    this.outcome = ledger.outcome;
    this.state = "done";
  }
}

/** What is known of a claim, in one word: what a model says goes before what the words of the sources say. */
export type Standing = "supported" | "contradicted" | "doubted" | "open";

export function standingOf({ verdict, judged, score }: VerifyClaimItem): Standing {
  if (judged === "contradicted" || (judged === null && verdict === "contradicted")) return "contradicted";
  if (judged === "unsupported" || (judged === null && verdict === "not_found")) return "doubted";
  if (judged === "supported" || verdict === "supported") return "supported";
  return score !== null && score < 0.5 ? "doubted" : "open";
}
