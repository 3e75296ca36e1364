"""What is stored of people: users, tokens, web sessions, what has changed, and the steps that change it."""
