"""The benchmarks: that each of them runs, and what becomes of its figures."""
