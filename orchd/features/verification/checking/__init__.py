"""Second opinions on single claims: of models made for that, and of any other that is loaded, one word each."""
