"""Founding group practices, and who joins and leaves them."""
