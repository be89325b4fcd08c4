"""Mails to whoever has an account, or asked for one; never with a patient's name, code or number."""
