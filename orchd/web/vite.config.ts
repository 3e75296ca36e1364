import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { libraryList } from "./libraries.ts";
import { memberTable } from "./members.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Below this a compressed copy saves nothing that a packet would not hold. */
const LEAST_BYTES = 1024;

/** Write a compressed copy beside each text file, as strongly as it goes: the daemon then only hands them out. */
function compressedCopies(): Plugin {
  let place = "";
  return {
    name: "compressed-copies",
    apply: "build",
    configResolved: (config) => void (place = join(config.root, config.build.outDir)),
    async closeBundle() {
      const entries = await readdir(place, { recursive: true, withFileTypes: true });
      const texts = entries.filter((entry) => entry.isFile() && /\.(js|css|html|svg|webmanifest)$/.test(entry.name));
      await Promise.all(
        texts.map(async (entry) => {
          const path = join(entry.parentPath, entry.name);
          const text = await readFile(path);
          if (text.length < LEAST_BYTES) return;
          const size = { [constants.BROTLI_PARAM_SIZE_HINT]: text.length };
          await writeFile(`${path}.br`, await promisify(brotliCompress)(text, { params: size }));
          await writeFile(`${path}.gz`, await promisify(gzip)(text, { level: 9 }));
        }),
      );
    },
  };
}

const TESTS = "src/**/*.test.ts";
const APART = ["src/chat/composer/attachments.test.ts", "src/chat/imports/file-import.test.ts"];

export default defineConfig({
  plugins: [svelte(), memberTable(here(".client/.schema")), libraryList(), compressedCopies()],
  resolve: {
    alias: { "@orchd/client": here(".client/src/index.ts"), $: here("src") },
    // Components are tested as browsers run them.
    ...(process.env["VITEST"] ? { conditions: ["browser"] } : {}),
  },
  build: {
    target: "es2022",
    modulePreload: { polyfill: false }, // it would be an inline script
    assetsInlineLimit: 0, // pictures and fonts are files, which the policy of the page allows
    cssCodeSplit: true,
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      input: { index: here("index.html"), door: here("door.html") },
      checks: { pluginTimings: false },
      output: {
        // What several parts share would be forty files of a few hundred bytes each.
        codeSplitting: {
          groups: [{ name: "shared", minShareCount: 2, entriesAware: true, entriesAwareMergeThreshold: 8 * 1024 }],
        },
      },
    },
  },
  // For work on the page: `npm run dev` beside a daemon.
  server: {
    proxy: Object.fromEntries(daemonPaths().map((path) => [path, { target: daemon(), ws: path === "/ws", bypass }])),
  },
  test: {
    environment: "jsdom",
    restoreMocks: true,
    testTimeout: 60_000,
    setupFiles: ["src/text/english.setup.ts"],
    // One window for most: to make one for each file takes longer than the tests do. Those that put others in the place
    // of modules have their own.
    projects: [
      { extends: true, test: { name: "together", include: [TESTS], exclude: APART, isolate: false, maxWorkers: 1 } },
      { extends: true, test: { name: "apart", include: APART } },
    ],
  },
});

function daemon(): string {
  return process.env["ORCHD_URL"] ?? "http://127.0.0.1:3001";
}

/** The way in is a document of the page, and its forms are sent to the daemon. */
function bypass({ method, url }: { method?: string | undefined; url?: string | undefined }): string | undefined {
  return method === "GET" && /^\/(login|setup)(\?|$)/.test(url ?? "") ? "/door.html" : undefined;
}

function daemonPaths(): string[] {
  return ["/ws", "/session", "/login", "/logout", "/setup", "/version", "/readyz", "/files", "/conversations", "/oidc"];
}
