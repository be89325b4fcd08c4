"""Browsers by name."""
