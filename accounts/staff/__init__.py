"""What every page of the admin stands on: opaque addresses, no scripts, no bare saves, no patient's data in its log."""
