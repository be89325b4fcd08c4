"""Logging in with a Belgian electronic identity card, by the Web eID authentication token.

A card is checked in `tokens` and `certificates`, its standing in `revocation`; `services` knows whose it is.
"""
