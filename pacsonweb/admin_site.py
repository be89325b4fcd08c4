"""The admin site of the portal: Django's own, entered only through the portal's login with a second factor."""

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    default_site = "pacsonweb.admin_site.PortalAdminSite"


class PortalAdminSite(admin.AdminSite):
    pass
