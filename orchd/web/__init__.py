"""The page: source in TypeScript and Svelte, what is built of it in `dist/`, and in `plain/` what needs no building."""
