"""Workings: every number of a case as a row of formulas over inputs, evaluated."""
