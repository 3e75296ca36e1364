/** Our own client's types and those of json-schema-to-typescript take each other's frames, of both directions. */

import type * as ours from "./client/src/index.ts";
import type * as closed from "./closed.ts";
import type * as open from "./open.ts"; // where values of enumerations may grow they are plain strings there

export const serverOut = (frame: ours.ServerFrame): open.ServerFrame => frame;
export const serverIn = (frame: open.ServerFrame): ours.ServerFrame => frame;
export const clientOut = (frame: ours.ClientFrame): closed.ClientFrame => frame;
export const clientIn = (frame: closed.ClientFrame): ours.ClientFrame => frame;
