/** A menu may be wider than the screen; what it says of where one is can be seen all the same. */
export function showCurrentLink(menu: HTMLElement): void {
  const link = menu.querySelector<HTMLElement>("[aria-current]");
  if (link === null || menu.scrollWidth <= menu.clientWidth) return;
  menu.scrollLeft += link.getBoundingClientRect().left - menu.getBoundingClientRect().left - LEFT_PX;
}

/** So much of what comes before it is seen, too. */
const LEFT_PX = 64;

/** Show what comes next, or before, of a menu that is wider than the screen. */
export function scrollPage(menu: HTMLElement | undefined, direction: 1 | -1): void {
  menu?.scrollBy({ left: direction * menu.clientWidth * SHARE });
}

/** So much of the menu's width goes by, so that one sees where one was. */
const SHARE = 0.7;
