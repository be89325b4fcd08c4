"""Who somebody is, by username and password."""

from django.contrib.auth.backends import ModelBackend


class PasswordBackend(ModelBackend):
    """Django's, which hashes for unknown users too; permissions come from appointments, never from flags."""
