"""Purchases of a customer base, reduced in the engine: a row a customer, histories, sums, cohorts, and what came later.

`purchasers` comes first; all others ask its tables.
"""
