"""Pages of plain HTML, which need no building: the front page in place of the built one, log-in and first user."""
