"""How one comes in: pages and their rights, cookies, what a request shows, and whose a connection is.

head → Reception: Host, method, whose page (Origin) → read_credentials: one thing or nothing
  → Doorkeeper: slows wrong guesses → Authenticator (the feature `people`) → Identity
  → a page: rights.refusal, then its body, then its answer
  → `/ws`: an Entrance, which greets or waits for a proof, and is told when somebody is let in no longer
"""
