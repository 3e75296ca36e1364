/** The log of one task, the latest line first. */

import type { Client, ExecutionLogItem } from "@orchd/client";
import { changesOf, LiveList } from "$/app/live-list.svelte";

const PAGE = 50;

export function followLog(client: Client, taskId: number): LiveList<ExecutionLogItem> {
  return new LiveList<ExecutionLogItem>({
    list: (cursor) => client.executionLog.list({ taskId, limit: PAGE, ...(cursor === undefined ? {} : { cursor }) }),
    subscribe: async (signal) =>
      changesOf(await client.executionLog.subscribe({ taskId }, { signal }), "executionLogId"),
    fits: () => true,
    compare: (a, b) => b.id - a.id,
  });
}
