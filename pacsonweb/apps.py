"""The portal's configuration of Django's admin, apart from the site itself: it is read before any model is."""

from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    default_site = "pacsonweb.admin_site.PortalAdminSite"
