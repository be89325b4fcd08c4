"""The admin site of the portal: Django's own, entered only through the portal's login with a second factor.

Who may enter, and what they see there, is computed at each request from live appointments
(`studies.institutions.permissions`): an appointment that ended a minute ago opens nothing.
"""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any, TypeVar, cast

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect

from accounts.audit.actor import ActorKind
from accounts.login.again import ask_again
from accounts.sessions.services import actor_of
from accounts.staff.model_admin import StaffAdmin
from accounts.staff.standing import is_proven_as_staff
from studies.institutions.permissions import standing_now

View = TypeVar("View", bound=Callable[..., HttpResponseBase])

APPS = ["studies", "portal", "groups", "accounts"]  # in the order of the start page

# Django's own pages for what the portal does elsewhere, or not at all: logging in and out, passwords, the endpoint of
# a widget that is not used, a redirect by counters, a script catalogue that no page loads.
LEFT_OUT = {"login", "logout", "password_change", "password_change_done", "autocomplete", "view_on_site", "jsi18n"}


class PortalAdminSite(admin.AdminSite):
    site_title = _("Administration")
    site_header = _("Administration")
    index_title = _("Administration")
    enable_nav_sidebar = False

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.disable_action("delete_selected")

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Only what stands on the portal's base has pages here; what a library registers of its own has none."""
        if admin_class is not None and issubclass(admin_class, StaffAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """An app or a passkey given in this session, and an appointment that gives something to do now."""
        user: Any = request.user
        return bool(user.is_active and is_proven_as_staff(request) and standing_now(user).permissions)

    def admin_view(self, view: View, cacheable: bool = False) -> View:  # noqa: ARG002 - nothing here is cacheable
        """Wrap a page: who is not logged in is led to the portal's login, who has no appointment is refused, and who
        has one but gave no strong second factor in this session is asked for it."""

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if actor_of(request).kind is not ActorKind.ACCOUNT:
                return redirect_to_login(request.get_full_path(), reverse("accounts:login"))
            if not standing_now(request.user).permissions:
                raise PermissionDenied
            if not is_proven_as_staff(request):
                return ask_again(request.get_full_path())
            return view(request, *args, **kwargs)

        return cast("View", update_wrapper(csrf_protect(never_cache(guarded)), view))

    def get_urls(self) -> list[URLPattern | URLResolver]:
        return [
            pattern
            for pattern in super().get_urls()
            if not (isinstance(pattern, URLPattern) and pattern.name in LEFT_OUT)
        ]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Without the list of apps: only the start page shows it."""
        return {"site_title": self.site_title, "has_permission": self.has_permission(request), "is_popup": False}

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Django's list, the institution's own first; each kind of record says what it is for and what waits."""
        apps: list[Any] = super().get_app_list(request, app_label)
        for app in apps:
            for model in app["models"]:
                kind = self.get_model_admin(model["model"])
                assert isinstance(kind, StaffAdmin)  # noqa: S101 - `register` takes no other
                model |= {"purpose": kind.purpose, "waiting": kind.waiting(request)}
        return sorted(apps, key=lambda app: APPS.index(app["app_label"]))
