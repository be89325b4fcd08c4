"""The pages of a registration, one module a stretch of the way."""
