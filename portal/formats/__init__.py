"""How dates and numbers are written, where the portal differs from Django."""
