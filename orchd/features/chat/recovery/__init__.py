"""Going on with what dead daemons left."""
