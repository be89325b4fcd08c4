"""Who is looking: an explicit value, never `request.user` deep in the code."""

from dataclasses import dataclass

from accounts.audit.actor import Actor
from studies.models import AccessCode


@dataclass(frozen=True)
class PatientViewer:
    """A patient's session, opened with an access code and a date of birth."""

    code: AccessCode
    actor: Actor


@dataclass(frozen=True)
class AccountViewer:
    """An account with all its hats; `physician_id` is None unless the physician is verified and not suspended.

    `by_sms`: nothing but a token by SMS stands behind the session, which an institution may refuse.
    """

    user_id: int
    physician_id: int | None
    actor: Actor
    by_sms: bool


Viewer = PatientViewer | AccountViewer
