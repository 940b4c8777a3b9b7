"""Renderings of domain.report; they compute nothing."""
