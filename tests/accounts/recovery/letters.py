"""What Lena finds in her mail and on her phone."""

import json
import re
from pathlib import Path

from django.conf import settings
from django.core import mail


def links_to(path: str, letter: mail.EmailMessage | None = None) -> list[str]:
    """The paths of this portal's links below `path`, in one mail or in all."""
    letters = [letter] if letter is not None else mail.outbox
    found = [
        re.findall(rf"^{re.escape(settings.PUBLIC_URL)}({path}\S+)$", str(one.body), re.MULTILINE) for one in letters
    ]
    return [link for links in found for link in links]


def newest(path: str) -> str:
    return links_to(path)[-1]


def told(address: str) -> list[str]:
    """The subjects of the mails to this address."""
    return [str(letter.subject) for letter in mail.outbox if letter.to == [address]]


def texts(folder: Path) -> list[dict[str, str]]:
    file = folder / "sms.jsonl"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def token_in(folder: Path) -> str:
    found = re.search(r"\d{6}", texts(folder)[-1]["text"])
    assert found
    return found.group()
