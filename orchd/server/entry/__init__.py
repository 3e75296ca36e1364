"""How one comes in: pages and their rights, cookies, what a request shows, and whose a connection is."""
