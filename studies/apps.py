from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class StudiesConfig(AppConfig):
    name = "studies"
    verbose_name = _("Institutions and studies")

    def ready(self) -> None:
        """Find `studies.receivers` as the admin finds `admin`: what it reads, models, is there only now."""
        autodiscover_modules("receivers")
