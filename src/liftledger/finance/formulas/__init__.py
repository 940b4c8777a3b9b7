"""Formulas of finance: numbers in, a number out; each with its source and without knowing of a case."""
