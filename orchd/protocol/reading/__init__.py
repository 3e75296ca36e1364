"""Reading frames that are not as they should be: what is tolerated, and what is still read for an answer."""
