"""Links sent by mail that work once, for a while, and are kept as keyed hashes only."""
