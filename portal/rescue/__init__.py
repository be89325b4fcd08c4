""" "I lost my code, or it no longer works": the page (studies.rescue does the rest)."""
