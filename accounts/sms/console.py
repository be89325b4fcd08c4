"""For development: messages on the terminal. They do not go through the log, which never holds a token."""

import sys


class ConsoleSms:
    def send(self, to: str, text: str, reference: str = "") -> str:  # noqa: ARG002 - nobody tells later
        sys.stdout.write(f"SMS to {to}: {text}\n")
        sys.stdout.flush()
        return ""
