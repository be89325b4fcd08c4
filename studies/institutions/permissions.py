"""What staff may do in the admin, computed from their appointments at each request."""

from django.contrib.auth.backends import BaseBackend


class AppointmentBackend(BaseBackend):
    """Answers `has_perm` from the appointments of a user."""
