"""Clients in TypeScript: source code made of a contract, beside what is written by hand and copied."""
