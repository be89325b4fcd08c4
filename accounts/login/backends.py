"""Who somebody is, by username and password."""

from django.contrib.auth.backends import ModelBackend

from accounts.models import User


class PasswordBackend(ModelBackend):
    """Django's, which hashes for unknown users too; permissions come from appointments, never from flags."""

    def get_user(self, user_id: int) -> User | None:
        """The session's user, the physician's hat along with them: nearly every page asks for it."""
        return User.objects.select_related("physician").filter(pk=user_id, is_active=True).first()

    def get_all_permissions(self, user_obj: object, obj: object = None) -> set[str]:  # noqa: ARG002 - Django's signature
        """None from here: Django's asks for a superuser's flag, which no user has."""
        return set()
