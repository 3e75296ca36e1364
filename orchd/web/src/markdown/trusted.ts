/** HTML that was made here, or made harmless, as the page's policy lets it in (Trusted Types): no other text gets there. */

interface Policies {
  createPolicy(
    name: string,
    rules: { createHTML: (html: string) => string },
  ): { createHTML: (html: string) => unknown };
}

const policies = (globalThis as { trustedTypes?: Policies }).trustedTypes;
const policy = policies?.createPolicy("orchd-markdown", { createHTML: (html) => html });

/** Say of HTML that it may become a part of the page: of what `makeSanitizer` gave, and of coloured code. */
export function trustedHtml(html: string): string {
  return (policy?.createHTML(html) ?? html) as string;
}
