"""The wire without the network: frames, their union, close codes, the schema. Imports nothing that waits."""

PROTOCOL = "orchd.v1"
"""The protocol's name: the WebSocket subprotocol, and `session:ready`'s `protocol`."""

PATH = "/ws"
"""Where the daemon's HTTP port takes WebSockets."""
