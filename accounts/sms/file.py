"""For tests and scripts: each message is one line of JSON in `sms.jsonl`, with exactly `to` and `text`."""

import json
import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class FileSms:
    folder: Path

    def send(self, to: str, text: str, reference: str = "") -> str:  # noqa: ARG002 - nobody tells later
        self.folder.mkdir(parents=True, exist_ok=True)
        line = json.dumps({"to": to, "text": text}, ensure_ascii=False) + "\n"
        # One write to a file opened for appending, so that lines of several workers never mix.
        file = os.open(self.folder / "sms.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(file, line.encode())
        finally:
            os.close(file)
        return ""
