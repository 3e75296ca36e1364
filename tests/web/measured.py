"""What a browser tells of how the page behaves: shifts of its layout, long frames, how much there is of it."""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from playwright.sync_api import Page

LONG_FRAME_MS = 34
"""A frame that takes longer has left one out, at 60 a second."""

_WATCH = """
(long) => {
    const seen = { frames: 0, dropped: 0, shifts: [] };
    window.seen = seen;
    let last = performance.now();
    const frame = (now) => {
        seen.frames += 1;
        if (now - last > long) seen.dropped += 1;
        last = now;
        requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    new PerformanceObserver((list) => {
        for (const { value, hadRecentInput, sources } of list.getEntries()) {
            const moved = sources.map(({ node }) => node?.outerHTML?.slice(0, 80) ?? node?.textContent);
            // The columns of a table become wider for a longer word: that is how tables are.
            const columns = sources.every(({ node }) => (node?.closest ? node : node?.parentElement)?.closest("table"));
            if (!columns && !hadRecentInput && value >= 0.0001) seen.shifts.push(`${value}: ${moved.join(", ")}`);
        }
    }).observe({ type: "layout-shift" });
}
"""


class Seen(NamedTuple):
    """What was seen since it was watched."""

    frames: int
    dropped: int
    shifts: list[str]
    """What moved by itself: how much, and which parts."""


def watch(page: "Page") -> None:
    """Begin to count frames and shifts."""
    page.evaluate(_WATCH, LONG_FRAME_MS)


def seen(page: "Page") -> Seen:
    told = page.evaluate("window.seen")
    return Seen(told["frames"], told["dropped"], told["shifts"])


def count_nodes(page: "Page") -> int:
    """The elements of the document."""
    return int(page.evaluate("document.querySelectorAll('*').length"))


def heap_bytes(page: "Page") -> int:
    """What the page's objects take, after the garbage is gone."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    used = session.send("Runtime.getHeapUsage")["usedSize"]
    session.detach()
    return int(used)
