"""The business case on paper: four pages at most, as PDF."""

from liftledger.report.pdf.pack import pdf

__all__ = ["pdf"]
