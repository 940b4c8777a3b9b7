"""The business case on paper: four pages at most, as PDF."""
