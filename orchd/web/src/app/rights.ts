/** Who may only look at what others have made. */

import type { Client } from "@orchd/client";

/** Whose a row is: whoever made it, and the project that it is in. */
export interface Belonging {
  readonly userId: number;
  readonly projectId: number | null;
}

/** Whether somebody of a role may look at a row and not change it; who may not is told so anyway when they try. */
export async function onlyReads(
  client: Client,
  role: string | undefined,
  { userId, projectId }: Belonging,
): Promise<boolean> {
  if (role === "viewer") return true;
  if (projectId === null) return false;
  try {
    if ((await client.user.me({})).userId === userId) return false;
    return (await client.project.get({ projectId })).project.role === "viewer";
  } catch {
    return false;
  }
}
