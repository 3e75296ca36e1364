"""How good the model-free ledger is: a labelled set, a scorer, a baseline. `make eval`; README.md tells the format."""
