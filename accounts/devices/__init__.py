"""The pages on which somebody looks after their own second factors and remembered browsers."""
