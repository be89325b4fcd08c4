"""The audit log: append-only rows, sealed in batches."""

import uuid

from django.db import models
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _


class AuditAction(models.TextChoices):
    """What can stand in the log. The value is `object.verb` and never changes once written."""

    LOOKED_AT_IMAGES = "images.look", _("looked at images")
    LOOKED_AT_REPORT = "report.look", _("read the report")
    LOGGED_IN = "login.done", _("logged in")
    LOGIN_FAILED = "login.failed", _("login failed")
    LOGGED_OUT = "login.ended", _("logged out")
    SIGNED_IN_ELSEWHERE_ENDED = "login.ended_elsewhere", _("ended all other sessions")
    FACTOR_ADDED = "factor.added", _("second factor added")
    FACTOR_REMOVED = "factor.removed", _("second factor removed")
    FACTOR_ASKED_AGAIN = "factor.asked_again", _("second factor given again")
    BROWSER_REMEMBERED = "browser.remembered", _("browser remembered")
    BROWSER_FORGOTTEN = "browser.forgotten", _("browser forgotten")
    EID_BOUND = "eid.bound", _("e-ID bound to an account")
    EID_UNBOUND = "eid.unbound", _("e-ID taken from an account")
    EID_REFUSED = "eid.refused", _("e-ID refused")
    REGISTRATION_ASKED = "registration.asked", _("account asked for")
    REGISTRATION_CONFIRMED = "registration.confirmed", _("contact confirmed at registration")
    REGISTRATION_DECIDED = "registration.decided", _("registration decided")
    IDENTIFIER_CLAIMED = "identifier.claimed", _("number of a register claimed")
    IDENTIFIER_DECIDED = "identifier.decided", _("claimed number decided")
    MATCH_UNDONE = "match.undone", _("match with a request undone")
    RESET_ASKED = "reset.asked", _("another password asked for")
    PASSWORD_CHANGED = "password.changed", _("password changed")
    RECOVERY_ASKED = "recovery.asked", _("recovery asked for")
    RECOVERY_DECIDED = "recovery.decided", _("recovery decided")
    RECOVERY_ENDED = "recovery.ended", _("recovery ended")
    CONTACT_CHANGE_ASKED = "contact.change_asked", _("change of contact details asked for")
    CONTACT_CHANGED = "contact.changed", _("contact details changed")
    INVITED = "invitation.sent", _("invited")
    INVITATION_ENDED = "invitation.ended", _("invitation accepted or withdrawn")
    STAFF_CONFIRMED = "staff.confirmed", _("staff confirmed")
    ACCOUNT_EXPORTED = "account.exported", _("own data exported")
    ACCOUNT_CLOSED = "account.closed", _("account closed")
    THROTTLE_LIFTED = "throttle.lifted", _("wait lifted")
    CODE_ACCEPTED = "code.accepted", _("code and date of birth were right")
    PATIENT_ENTERED = "patient.entered", _("patient came in")
    PATIENT_REFUSED = "patient.refused", _("patient was refused")
    OPENED_FOR_ANOTHER = "patient.for_another", _("opened for someone else")
    CODE_ISSUED = "code.issued", _("code issued")
    CODE_REVOKED = "code.revoked", _("code revoked")
    CODE_ENDED = "code.ended", _("code ended after too many failures")
    CODE_RENEWED = "code.renewed", _("code renewed")
    CODE_SENT = "code.sent", _("code sent")
    SLIP_ISSUED = "slip.issued", _("slip of one-time passwords issued")
    TOKEN_SENT = "token.sent", _("token sent")
    TOKEN_REFUSED = "token.refused", _("token refused")
    RESCUE_ASKED = "rescue.asked", _("another code was asked for")
    RESCUE_HANDLED = "rescue.handled", _("a lost code was dealt with")
    PAYMENT_BEGUN = "payment.begun", _("payment begun")
    PAYMENT_CHANGED = "payment.changed", _("payment changed")
    PAYMENT_REFUNDED = "payment.refunded", _("payment refunded")
    RELEASE_DECIDED = "release.decided", _("release of a report decided")
    NOTICE_ASKED = "notice.asked", _("notice asked for")
    NOTICE_SENT = "notice.sent", _("notice sent")
    CONCERN_WRITTEN = "concern.written", _("patient wrote to the desk")
    CONCERN_ANSWERED = "concern.answered", _("desk answered a patient")
    PRINTED = "letter.printed", _("letter printed")
    POLICY_CHANGED = "policy.changed", _("policy changed")
    APPOINTMENT_CHANGED = "appointment.changed", _("appointment changed")
    PATIENT_CHANGED = "patient.changed", _("patient's details changed")
    REPORT_RECEIVED = "report.received", _("report received")
    STUDY_RECEIVED = "study.received", _("study received")
    CORRECTION_ACCEPTED = "correction.accepted", _("correction accepted")
    CORRECTION_REFUSED = "correction.refused", _("correction refused")
    QUARANTINE_RESOLVED = "quarantine.resolved", _("quarantined file resolved")
    DOWNLOADED = "file.downloaded", _("downloaded")
    SEARCHED = "patients.searched", _("searched")
    RECORD_CHANGED = "record.changed", _("record changed")
    RETAINED = "retention.deleted", _("deleted by retention")
    ALARM = "alarm.raised", _("alarm raised")


# Whom a row concerns beside its actor, as text: by whichever name the details have it.
ACCOUNT_CONCERNED = Coalesce(KT("details__user"), KT("details__account"), KT("details__physician"))
OF_STUDIES = (AuditAction.LOOKED_AT_IMAGES.value, AuditAction.LOOKED_AT_REPORT.value, AuditAction.DOWNLOADED.value)
OF_SETTINGS = (AuditAction.POLICY_CHANGED.value, AuditAction.RECORD_CHANGED.value)


class AuditEvent(models.Model):
    """One row: who, what, when, because of which audience, from where. UUIDs, not foreign keys (decision 12)."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    at = models.DateTimeField()
    action = models.CharField(max_length=30, choices=AuditAction.choices)
    actor_kind = models.CharField(max_length=10)
    actor = models.UUIDField(null=True)
    session = models.UUIDField(null=True)
    audience = models.CharField(max_length=20, blank=True)
    address = models.GenericIPAddressField(null=True)
    institution = models.UUIDField(null=True)
    patient = models.UUIDField(null=True)
    request = models.UUIDField(null=True)
    study = models.UUIDField(null=True)
    details = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("audit row")
        verbose_name_plural = _("audit rows")
        indexes = [
            models.Index(fields=["study", "at"], name="audit_by_study"),
            models.Index(fields=["request", "at"], name="audit_by_request"),
            models.Index(fields=["actor", "at"], name="audit_by_actor"),
            models.Index(fields=["institution", "at"], name="audit_by_institution"),
            # Few rows in a log of looks: what happened to an account, to an institution's settings, and failed logins.
            models.Index(ACCOUNT_CONCERNED, name="audit_by_account", condition=~models.Q(action__in=OF_STUDIES)),
            models.Index(
                fields=["institution", "at"],
                name="audit_of_settings",
                condition=models.Q(action__in=OF_SETTINGS),
            ),
            models.Index(
                fields=["at"], name="audit_of_failed_logins", condition=models.Q(action=AuditAction.LOGIN_FAILED)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.action}"


class AuditSeal(models.Model):
    """A keyed hash over the rows `ranges` names and over the seal before, so that a later change shows.

    `ranges` is a list of [first id, last id], every id in between included; an id below `last_id` that no range names
    was not there when its neighbours were sealed (`accounts.audit.sealing` says how late rows are treated). `previous`
    is the digest of the seal before: unique, so that the chain cannot fork.
    """

    sealed_at = models.DateTimeField()
    ranges = models.JSONField()
    rows = models.PositiveIntegerField()
    last_id = models.BigIntegerField()
    previous = models.CharField(max_length=64, blank=True, unique=True)
    key_id = models.CharField(max_length=8)
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("audit seal")
        verbose_name_plural = _("audit seals")

    def __str__(self) -> str:
        return f"{self.sealed_at:%Y-%m-%d %H:%M:%S} {self.rows}"
