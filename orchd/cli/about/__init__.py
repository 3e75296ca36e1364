"""What the program says of itself, and to shells."""
