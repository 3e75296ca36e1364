/** The way in, in a small document of its own. What lies behind it is loaded once somebody is in, and takes its place. */

import "$/styles/tokens.css";
import "$/styles/base.css";
import "$/app/theme.svelte";
import { mount, unmount } from "svelte";
import { place } from "$/app/place";
import Door from "$/door/Door.svelte";
import { wayBack } from "$/door/way-back";

const { code, message } = place().dataset;
const door = mount(Door, {
  target: place(),
  props: {
    refused: code === undefined ? undefined : { code, message: message ?? "" },
    onentered: async () => {
      history.replaceState(null, "", wayBack());
      const { start } = await import("$/start");
      await unmount(door);
      start(place());
    },
  },
});
