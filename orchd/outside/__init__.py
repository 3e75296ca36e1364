"""The net outside, as far as people name addresses of it: which of them the daemon connects to, and what it fetches."""
