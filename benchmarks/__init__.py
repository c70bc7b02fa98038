"""Benchmarks; each prints ratios of figures that were measured in one run on one machine."""
