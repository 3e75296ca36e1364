"""The pages beside the socket: health, version, schema, the way in for people, and a plain front page."""
