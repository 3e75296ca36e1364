"""The way out of one socket: what leaves it in order, and the pieces of an HTTP answer that writes itself."""
