"""Getting back into an account: another password, and what happens when a second factor is lost."""
