"""What a screen reader hears: text that comes into live regions that were there before."""

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from playwright.sync_api import Page

_LISTEN = """
() => {
    const live = '[aria-live="polite"], [aria-live="assertive"], [role="status"], [role="alert"]';
    const known = new WeakSet(document.querySelectorAll(live));
    window.heard = [];
    const regionOf = (node) => (node.nodeType === 1 ? node : node.parentElement)?.closest(live);
    new MutationObserver((changes) => {
        for (const { target, addedNodes, type } of changes) {
            const region = regionOf(target);
            const nodes = type === "characterData" ? [target] : [...addedNodes];
            // What comes with its region is heard of alerts only.
            for (const node of nodes) {
                const alerts = node.nodeType === 1
                    ? [...(node.matches('[role="alert"]') ? [node] : []), ...node.querySelectorAll('[role="alert"]')]
                    : [];
                const text = node.textContent.trim();
                if (region !== null && region !== undefined && known.has(region)) {
                    if (text !== "") window.heard.push(text);
                } else alerts.forEach((alert) => window.heard.push(alert.textContent.trim()));
                if (node.nodeType === 1) [node, ...node.querySelectorAll(live)].forEach((each) => known.add(each));
            }
        }
    }).observe(document.body, { childList: true, characterData: true, subtree: true });
}
"""


def listen(page: "Page") -> None:
    """Begin to listen; what was there is not heard."""
    page.evaluate(_LISTEN)


def announcements(page: "Page") -> list[str]:
    """All that was heard since, in order."""
    return cast("list[str]", page.evaluate("window.heard"))
