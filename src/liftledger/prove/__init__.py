"""The verbs that put these together: check, report, explain, verify."""
