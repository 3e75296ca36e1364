"""What tasks with known faults end as: seeded errors against the daemon's own code, with scripted models and judges."""
