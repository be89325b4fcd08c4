"""What every page's layout needs."""

from django.conf import settings
from django.http import HttpRequest


def portal(request: HttpRequest) -> dict[str, object]:
    return {"OPERATOR_NAME": settings.OPERATOR_NAME, "ENVIRONMENT": settings.ENVIRONMENT, "theme": "auto"}
