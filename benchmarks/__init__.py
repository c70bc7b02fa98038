"""Benchmarks: ratios, each of figures measured in one run on one machine."""
