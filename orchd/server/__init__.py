"""The only room on the wire: the port, HTTP pages, WebSocket sessions, and the one ordered way out of each."""
