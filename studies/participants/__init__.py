"""Clinicians on a request that no delivery named."""
