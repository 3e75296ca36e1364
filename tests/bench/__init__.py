"""Benchmarks: `make bench`. Everything is compared within one run, and printed as ratios too."""
