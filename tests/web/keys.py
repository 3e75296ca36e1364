"""What somebody does who has only a keyboard: from one control to the next, seeing each time where one is."""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from playwright.sync_api import Page

MOST_STEPS = 60
"""No way on the page is longer than so many times Tab."""

_FOCUSED = """
() => {
    const element = document.activeElement;
    if (element === null || element === document.body) return ["", "", true];
    const accent = document.createElement("i");
    accent.style.color = "var(--accent)";
    document.body.append(accent);
    const colour = getComputedStyle(accent).color;
    accent.remove();
    // A ring around it or what it lies in.
    const marked = (each) => {
        const style = getComputedStyle(each);
        return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.borderColor === colour;
    };
    const around = [element, element.parentElement, element.parentElement?.parentElement];
    // What Tab doesn't reach was given the focus by the page, to be read from there.
    const seen = element.tabIndex < 0 || around.some((each) => each && marked(each));
    const name = element.getAttribute("aria-label")
        ?? element.labels?.[0]?.innerText ?? element.innerText ?? element.getAttribute("placeholder") ?? "";
    return [element.getAttribute("role") ?? element.tagName.toLowerCase(), name.trim().split("\\n")[0], seen];
}
"""


class Focus(NamedTuple):
    """Where the keyboard is."""

    kind: str
    """A role, or the name of a tag."""

    name: str
    seen: bool


def focus(page: "Page") -> Focus:
    return Focus(*page.evaluate(_FOCUSED))


def tab_to(page: "Page", name: str, key: str = "Tab") -> Focus:
    """Press Tab until what has this name has the focus, which must be seen at each stop."""
    passed = []
    for _step in range(MOST_STEPS):
        page.keyboard.press(key)
        now = focus(page)
        assert now.seen, f"nobody sees that {now} has the focus"
        if now.name == name or now.name.startswith(f"{name} "):
            return now
        passed.append(now.name)
    raise AssertionError(f"no way leads to “{name}”, only to {passed}")
