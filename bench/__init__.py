"""Benchmarks: scripts that print ratios measured side by side in one run; nothing here is a test."""
