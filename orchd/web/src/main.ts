import "$/styles/tokens.css";
import "$/styles/base.css";
import "$/app/theme.svelte";
import { place } from "$/app/place";
import { goBack } from "$/door/way-back";
import { start } from "$/start";

goBack();
start(place());
