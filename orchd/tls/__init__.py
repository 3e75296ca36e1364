"""TLS of the daemon's own: its certificate, read again when it is renewed, and the handshakes of those who connect."""
