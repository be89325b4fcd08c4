"""The address that an access code travels in."""

from io import BytesIO
from urllib.parse import urlsplit

import segno
from django.conf import settings
from django.urls import reverse


def link_of(text: str) -> str:
    """`https://portal.example/p/7QK4M2XR9DTH`: without dashes, at which programs break an address."""
    return f"{settings.PUBLIC_URL}{reverse('portal:link', args=[text.replace('-', '')])}"


def door() -> str:
    """Where to type a code, as somebody types it into a browser: `portal.example/patient/`."""
    parts = urlsplit(settings.PUBLIC_URL)
    return f"{parts.netloc}{parts.path}{reverse('portal:patient')}"


def qr_of(text: str) -> str:
    """The link as a QR code (ISO/IEC 18004) that survives a stain of 15 %, as SVG."""
    drawn = BytesIO()
    segno.make(link_of(text), micro=False, error="m").save(drawn, kind="svg", border=2, xmldecl=False)
    return drawn.getvalue().decode()
