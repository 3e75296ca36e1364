"""Tasks on the wire: their frames, the answers to them, and what subscribers are told."""
