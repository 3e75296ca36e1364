import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Plugin } from "vite";

/** What is said of a package that is part of the page. `texts`: what its licence asks to be handed on. */
interface Library {
  name: string;
  version: string;
  license?: string | undefined;
  texts: string[];
}

/** Write `libraries.json`: the packages of which something is in the page, for lists of what a release is made of. */
export function libraryList(): Plugin {
  return {
    name: "library-list",
    apply: "build",
    async generateBundle(_options, bundle) {
      const places = new Set<string>();
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== "chunk") continue;
        for (const [id, { renderedLength }] of Object.entries(chunk.modules)) {
          const place = renderedLength > 0 && id.includes("/node_modules/") ? packageOf(id) : undefined;
          if (place) places.add(place);
        }
      }
      const libraries = await Promise.all([...places].sort().map(describe));
      this.emitFile({ type: "asset", fileName: "libraries.json", source: JSON.stringify(libraries, null, 1) });
    },
  };
}

/** The folder of the package that a module belongs to. */
function packageOf(id: string): string | undefined {
  const path = (id.split("?", 1)[0] ?? id).replaceAll("\0", "");
  for (let place = dirname(path); !place.endsWith("/node_modules"); place = dirname(place)) {
    // Folders of a package may have such a file, too, which then says how its modules are read and no name.
    if (existsSync(join(place, "package.json")) && /\/node_modules\/(@[^/]+\/)?[^/]+$/.test(place)) return place;
    if (place === dirname(place)) return undefined;
  }
  return undefined;
}

async function describe(place: string): Promise<Library> {
  const { name, version, license } = JSON.parse(await readFile(join(place, "package.json"), "utf-8")) as Library;
  const files = (await readdir(place)).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(place, file), "utf-8")));
  return { name, version, license, texts };
}
