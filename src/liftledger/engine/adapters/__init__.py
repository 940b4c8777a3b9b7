"""Adapters: one for each engine, the only code that knows which one runs."""
