"""Which provider PAYMENT_URL names: `local:`, `mollie://key@`, `stripe://key@`; nothing: nothing can be paid online.

`?webhook_secret=whsec_…` holds Stripe's messages to their signature; `?api=http://127.0.0.1:9000` asks a stand-in.
"""

from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from .interfaces import PaymentProvider
from .local import Local
from .mollie import Mollie
from .stripe import Stripe


def payment_provider() -> PaymentProvider | None:
    """The provider of this installation, None where it has none. Raises `ImproperlyConfigured`."""
    return provider_for(settings.PAYMENT_URL)


def provider_of(name: str) -> PaymentProvider | None:
    """The provider by the name that a payment keeps, while it is the one of this installation."""
    provider = payment_provider()
    return provider if provider is not None and provider.name == name else None


def provider_for(url: str) -> PaymentProvider | None:
    if not url:
        return None
    parts = urlsplit(url)
    key = unquote(parts.username or "")
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    api = options.get("api", "")
    match parts.scheme:
        case "local":
            return Local()
        case "mollie" if key.startswith(("live_", "test_")):
            return Mollie(key, api)
        case "stripe" if key:
            return Stripe(key, api, options.get("webhook_secret", ""))
    raise ImproperlyConfigured("PAYMENT_URL is none of local:, mollie://live_…@, stripe://sk_…@")
