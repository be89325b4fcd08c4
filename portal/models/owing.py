"""What is still to be paid."""

from django.utils.translation import gettext_lazy as _

from studies.models import AccessCode


class OwingCode(AccessCode):
    """An access code that was given out with a price, as the desk's list of what is owed shows it."""

    class Meta:
        proxy = True
        verbose_name = _("code with a price")
        verbose_name_plural = _("codes with a price")
