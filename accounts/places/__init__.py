"""Where in the world an address is, as far as a table on this machine tells."""
