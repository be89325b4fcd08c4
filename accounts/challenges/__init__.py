"""Tokens sent to somebody for one purpose: six digits, single use, ten minutes (DESIGN.md §4)."""
