"""The tests, folder by folder as in `orchd/`; besides: wire/, faults/, house/ (rules about the code) and bench/."""
