"""One queue in front of each model server: who begins when, on which terms, and what is left alone for a while.

`plan` has the rules, `fair` the taking of turns, `ticket` a request on its way, `speeds` and `eta` what was measured
and what follows from it, `breaker` what is refused because it keeps failing; all of these are without I/O. `queue`
waits for turns, and `terms` says what a server's list means for its queue.
"""

from orchd.llm.scheduler.breaker import Breaker
from orchd.llm.scheduler.queue import Queue
from orchd.llm.scheduler.terms import adjust

__all__ = ["Breaker", "Queue", "adjust"]
