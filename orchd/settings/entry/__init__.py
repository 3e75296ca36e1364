"""Settings of ways in, besides the socket, and of the way out, to the net."""
