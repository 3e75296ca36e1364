/** The settings of somebody as the daemon has them. */

import type { Client, SettingItem } from "@orchd/client";
import { whyText } from "$/ui/failure";

export class StoredSettings {
  /** Undefined until they are read. */
  items = $state.raw<readonly SettingItem[]>();
  failure = $state.raw<unknown>();
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
    void this.read();
  }

  async read(): Promise<void> {
    this.failure = undefined;
    try {
      ({ items: this.items } = await this.#client.setting.list({}));
    } catch (error) {
      this.failure = error;
    }
  }

  of(name: string): SettingItem | undefined {
    return this.items?.find((item) => item.name === name);
  }

  take(item: SettingItem): void {
    this.items = this.items?.map((each) => (each.name === item.name ? item : each));
  }

  /** Why nothing happens by a setting; what is sent somewhere goes nowhere where its address can't be used. */
  whyIdle(name: string): string | undefined {
    const channel = name.replace(/\.kinds$/, "");
    const related = [name, `${channel}.address`, `${channel}.url`].map((each) => this.of(each)?.idle);
    const idle = related.find((each) => each);
    return idle ? whyText(idle.message, { code: "forbidden", ...idle }) : undefined;
  }
}
