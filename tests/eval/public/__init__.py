"""The ledger on sets of claims that others wrote and labelled: how they are read, what is compared, the tables."""
