"""Burnish: customer conclusions for metal finishers, from the records they already keep."""

__version__ = "0.1.0"
