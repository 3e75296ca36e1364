"""The tests, folder by folder as in `orchd/`; besides: wire/, faults/, house/ (rules about the code),
eval/ (how good verification is) and bench/."""
