"""Contractual customers: whose subscriptions run, what they pay a month, and how long they stay."""
