/** A number as people write it, with a point or a comma; undefined for what is none. */
export function typedNumber(text: string): number | undefined {
  const plain = text.trim().replace(",", ".");
  return /^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : undefined;
}
