/** Puts pictures from elsewhere in place of their links, in HTML that a text has become; loaded with the first one. */

import { mount, unmount } from "svelte";
import type RemotePicture from "$/markdown/pictures/RemotePicture.svelte";
import { safeLink } from "$/markdown/safety";
import { part } from "$/ui/parts";

interface Placed {
  readonly place: Element;
  readonly component: object;
}

const load = part(async () => (await import("$/markdown/pictures/RemotePicture.svelte")).default);
let Picture: typeof RemotePicture | undefined;

/** Have it at hand by the time that the first picture has come, so that nothing below it moves. */
export function prepareRemotePictures(text: string): void {
  if (Picture === undefined && text.includes("![")) void load().then((loaded) => (Picture = loaded));
}

/** For `use:`; does so with what of `html` is such a picture, again whenever that changes. */
export function remotePictures(
  node: HTMLElement,
  html: string,
): { update: (html: string) => void; destroy: () => void } {
  let placed: Placed[] = [];
  let gone = false;

  function leave(left: readonly Placed[]): void {
    for (const { component } of left) void unmount(component);
  }

  function put(shown: string): void {
    leave(placed.filter(({ place }) => !node.contains(place)));
    placed = placed.filter(({ place }) => node.contains(place));
    if (!shown.includes('class="picture"')) return;
    if (Picture !== undefined) return replaceLinks(Picture);
    void load().then((loaded) => {
      Picture = loaded;
      if (!gone) replaceLinks(loaded);
    });
  }

  function replaceLinks(component: typeof RemotePicture): void {
    for (const link of node.querySelectorAll<HTMLAnchorElement>("a.picture[href]")) {
      if (link.closest(".remote-picture") !== null) continue; // of one that is there
      const target = document.createElement("span");
      target.className = "remote-picture";
      const leads = safeLink(link.getAttribute("title") ?? "");
      const props = { url: link.href, alt: link.getAttribute("alt") ?? "", leads };
      link.replaceWith(target);
      placed.push({ place: target, component: mount(component, { target, props }) });
    }
  }

  put(html);
  return {
    update: put,
    destroy: () => {
      gone = true;
      leave(placed);
    },
  };
}
