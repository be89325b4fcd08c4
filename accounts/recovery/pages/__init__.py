"""The pages of getting back into an account."""
