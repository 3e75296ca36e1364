"""From the text of a schema to a contract: what a client may send and will receive, in the terms of a program."""
