/** What can be told of a plan while a model writes it. */

const TITLE = /"title"\s*:\s*("(?:[^"\\]|\\.)*")/g;

/** The titles of the steps that are written so far; nothing else of it is for people. */
export function plannedTitles(text: string): string[] {
  return [...text.matchAll(TITLE)].flatMap(([, quoted = ""]) => {
    try {
      return [String(JSON.parse(quoted)).trim()].filter(Boolean);
    } catch {
      return []; // no JSON: a model that makes mistakes
    }
  });
}
