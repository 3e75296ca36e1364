/** Two answers that stand side by side: kept in the browser until one of both is kept, or something else is asked. */

export interface AnswerPair {
  /** On the branch from which the next question goes on. */
  readonly first: number;
  readonly beside: number;
}

const key = (conversationId: number): string => `orchd.beside.${conversationId}`;

export function pairOf(conversationId: number): AnswerPair | undefined {
  const [first = 0, beside = 0] = (localStorage.getItem(key(conversationId)) ?? "").split(":").map(Number);
  return first > 0 && beside > 0 ? { first, beside } : undefined;
}

export function rememberPair(conversationId: number, { first, beside }: AnswerPair): void {
  localStorage.setItem(key(conversationId), `${first}:${beside}`);
}

export function forgetPair(conversationId: number): void {
  localStorage.removeItem(key(conversationId));
}
