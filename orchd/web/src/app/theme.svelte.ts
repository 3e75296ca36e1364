/** Light, dark, or what the system says. */

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const KEY = "orchd.theme";

class ThemeChoice {
  chosen = $state<Theme>(stored());
  readonly #dark = matchMedia("(prefers-color-scheme: dark)");
  /** Paper is white, whatever the screen is. */
  readonly #print = matchMedia("print");
  #systemIsDark = $state(this.#dark.matches);
  #prints = $state(this.#print.matches);

  constructor() {
    this.#dark.addEventListener("change", ({ matches }) => {
      this.#systemIsDark = matches;
      this.#apply();
    });
    this.#print.addEventListener("change", ({ matches }) => {
      this.#prints = matches;
      this.#apply();
    });
    // Another tab has chosen.
    addEventListener("storage", ({ key }) => {
      if (key !== KEY && key !== null) return;
      this.chosen = stored();
      this.#apply();
    });
    this.#apply();
  }

  get current(): "light" | "dark" {
    if (this.#prints) return "light";
    return this.chosen === "system" ? (this.#systemIsDark ? "dark" : "light") : this.chosen;
  }

  choose(theme: Theme): void {
    this.chosen = theme;
    localStorage.setItem(KEY, theme);
    this.#apply();
  }

  #apply(): void {
    document.documentElement.dataset["theme"] = this.current;
  }
}

function stored(): Theme {
  return THEMES.find((theme) => theme === localStorage.getItem(KEY)) ?? "system";
}

export const theme = new ThemeChoice();
