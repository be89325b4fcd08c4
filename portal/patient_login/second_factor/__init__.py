"""The second factor of a patient's login: a token by SMS or mail, or a password of a slip."""
