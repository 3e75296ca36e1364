"""Heavy work on texts, in processes of their own: one text must hold up nobody else, and what hangs must be killable.

A thread would not do. `re` and `str` keep the interpreter's lock while they work, so that signals and all clients would
wait, and nothing can end a thread. `pool` is the door: who may run what, how much of it, for how long. `process` is one
worker as the daemon sees it, `child` the worker's own program, `frames` what goes between them.

This file imports nothing, since the child begins with it.
"""
