"""Ways out of the daemon for notifications, to where people want them."""
