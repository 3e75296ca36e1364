"""Settings of ways in, besides the socket."""
