from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from accounts.service_desk.signals import physician_changed


class StudiesConfig(AppConfig):
    name = "studies"
    verbose_name = _("Institutions and studies")

    def ready(self) -> None:
        """Listen to the apps below. Imported here because receivers read models, which are not there before."""
        from studies.participants.matching import on_physician_changed

        physician_changed.connect(on_physician_changed)
