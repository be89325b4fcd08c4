"""Codes that were given out with a price. Who paid for one code of a request never pays for another."""

from django.db.models import QuerySet

from studies.models import AccessCode, Request


def priced_codes(request: Request) -> QuerySet[AccessCode]:
    """The codes of a request that were given out with a price."""
    return AccessCode.objects.filter(request=request, price_minor__gt=0)


def is_paid_for(request: Request) -> bool:
    """Whether nothing more is owed for a request that had its price."""
    return priced_codes(request).filter(settled_at__isnull=False).exists()
