"""Which authorities are believed: the certificates that the operator installed in the folder EID_CERTIFICATES.

Pinned: nothing is fetched and no root opens a way for others. In the folder lie the intermediates that issue citizens'
and foreigners' cards; in its subfolder `responders`, if there is one, certificates of OCSP responders that are believed
though no authority delegated them (RFC 6960 §4.2.2.2, item 1).
"""

import logging
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.x509 import Certificate, load_der_x509_certificate, load_pem_x509_certificates
from django.conf import settings

ENDINGS = frozenset({".cer", ".crt", ".der", ".pem"})
_PEM = b"-----BEGIN"

_log = logging.getLogger("pacsonweb.eid")


@dataclass(frozen=True)
class Authorities:
    issuers: tuple[Certificate, ...]
    responders: tuple[Certificate, ...] = ()


def installed_authorities() -> Authorities:
    """Those of this installation, read again when a file changes; none where no folder is."""
    folder = Path(settings.EID_CERTIFICATES)
    return Authorities(_read(_state(folder)), _read(_state(folder / "responders")))


def _state(folder: Path) -> tuple[tuple[Path, int], ...]:
    """The certificate files of a folder and when each changed."""
    if not folder.is_dir():
        return ()
    files = (path for path in sorted(folder.iterdir()) if path.suffix.lower() in ENDINGS and path.is_file())
    return tuple((path, path.stat().st_mtime_ns) for path in files)


@lru_cache(maxsize=8)
def _read(state: tuple[tuple[Path, int], ...]) -> tuple[Certificate, ...]:
    return tuple(certificate for path, _ in state for certificate in _certificates_in(path))


def _certificates_in(path: Path) -> list[Certificate]:
    """Those in one file, PEM or DER. What cannot be read is nobody's authority; the log says which file it was."""
    content = path.read_bytes()
    try:
        return load_pem_x509_certificates(content) if _PEM in content else [load_der_x509_certificate(content)]
    except ValueError:
        _log.error("eid.certificate_unreadable", extra={"fields": {"file": path.name}})
        return []
