"""Telling physicians that something has come for them, by mail and without saying what or about whom."""
