"""The account of a person who logs in: one user, with all the hats that person wears."""

import uuid

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import _user_has_module_perms, _user_has_perm  # type: ignore[attr-defined]
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Users by their mail address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=(username or "").strip().lower())


class News(models.TextChoices):
    """When somebody wants to hear by mail that there is something new; no such mail ever names a patient."""

    NONE = "none", _("never")
    AT_ONCE = "at_once", _("at once")
    DAILY = "daily", _("once a day")


class User(AbstractBaseUser):  # type: ignore[django-manager-missing] # of TotpDevice: django-otp is not typed
    """Username is the mail address, kept in lower case and so unique without case (decision 1).

    What somebody may do is never a flag here: it follows from appointments and memberships at each request.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    username = models.EmailField(_("mail address"), unique=True)
    first_name = models.CharField(_("first name"), max_length=150)
    last_name = models.CharField(_("last name"), max_length=150)
    title = models.CharField(_("title"), max_length=40, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="en")
    phone = models.CharField(_("mobile number"), max_length=20, blank=True)  # E.164
    mail_confirmed_at = models.DateTimeField(_("mail address confirmed on"), null=True, blank=True)
    phone_confirmed_at = models.DateTimeField(_("mobile number confirmed on"), null=True, blank=True)
    news = models.CharField(_("notifications"), max_length=10, choices=News.choices, default=News.NONE)
    news_told_until = models.DateTimeField(null=True, blank=True)
    unused_told_at = models.DateTimeField(null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("since"), default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "username"
    REQUIRED_FIELDS = ["first_name", "last_name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [models.CheckConstraint(condition=models.Q(username=Lower("username")), name="username_lower")]

    def clean(self) -> None:
        super().clean()
        self.username = self.username.strip().lower()

    def get_full_name(self) -> str:
        """The name as a letter would carry it: title, first name, last name."""
        return " ".join(part for part in (self.title, self.first_name, self.last_name) if part)

    def get_short_name(self) -> str:
        return self.first_name

    def __str__(self) -> str:
        return self.get_full_name()

    # Django's admin asks these two; the answer comes from the authentication backends.
    def has_perm(self, perm: str, obj: models.Model | None = None) -> bool:
        return self.is_active and _user_has_perm(self, perm, obj)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and _user_has_module_perms(self, app_label)
