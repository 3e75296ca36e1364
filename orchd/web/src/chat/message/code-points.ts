/** Positions in texts as the daemon counts them: code points, where JavaScript counts halves of some of them. */

function isLowHalf(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** How many code points a text has. */
export function countPoints(text: string): number {
  let count = 0;
  for (let index = 0; index < text.length; index++) {
    if (!(isLowHalf(text.charCodeAt(index)) && index > 0)) count += 1;
  }
  return count;
}

/** A text without its first code points. */
export function dropPoints(text: string, count: number): string {
  let index = 0;
  for (let left = count; left > 0 && index < text.length; left--)
    index += (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1;
  return text.slice(index);
}
