from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        """Find `accounts.receivers` as the admin finds `admin`: what it reads, models, is there only now."""
        autodiscover_modules("receivers")
