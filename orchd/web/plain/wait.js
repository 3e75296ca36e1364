// The page itself takes the place of a plain one as soon as it is there, unless somebody has typed something meanwhile.

/** Load the document anew once the daemon has a page; `before` is called just before that. */
export function waitForPage(before = () => {}) {
  async function look() {
    try {
      const answer = await fetch("/version", { cache: "no-store" });
      const typed = [...document.querySelectorAll("input")].some((input) => input.value);
      if ((await answer.json()).page && !typed) {
        before();
        location.reload();
      }
    } catch {
      // The daemon is away; it is asked again.
    }
  }
  setInterval(look, document.body.dataset.page === "building" ? 1000 : 5000);
}
