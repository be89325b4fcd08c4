"""Opening accounts, and noting that somebody is a physician."""
