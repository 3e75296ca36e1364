"""The web app; until it exists, one plain page."""
