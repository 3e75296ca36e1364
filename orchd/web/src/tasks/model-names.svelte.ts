/** The models that work can be given to. */

import type { Client, ModelItem } from "@orchd/client";

export class ModelNames {
  models = $state.raw<ModelItem[]>([]);

  /** Reads them; while they can't be read, there are none to choose from, and the daemon chooses. */
  constructor(client: Client) {
    client.model.list().then(
      ({ models }) => (this.models = models.filter(({ type, chats }) => type === "llm" && chats !== false)),
      () => undefined,
    );
  }
}
