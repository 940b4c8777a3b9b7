"""Liftledger: what personalization is worth, from the records to a report that can be recomputed."""

__version__ = "0.1.0"
