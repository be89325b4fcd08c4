"""Changing the mail address or the mobile number of an account, confirmed on both ends."""
