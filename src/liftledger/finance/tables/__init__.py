"""Tables of the case beside its cash-flow: what customers cost and are worth, before and after; one table, one file."""
