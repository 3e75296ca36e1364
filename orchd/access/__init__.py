"""Who comes in, as far as it can be judged without storage and sockets: pure functions of plain values."""
