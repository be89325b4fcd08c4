"""Files that could not be used: what, why, and what to do, in plain words. Nothing can be downloaded here."""

from datetime import datetime

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.audit.actor import Actor
from accounts.staff.deeds import Deed
from studies.admin import findings
from studies.admin.filters import AnswerFilter, InstitutionFilter
from studies.archive.kinds import QuarantineReason
from studies.ingest.corrections import NotACorrection, accept_correction, refuse_correction
from studies.institutions.permissions import StaffPermission
from studies.institutions.queries import awaiting_an_answer
from studies.institutions.scoped_admin import InstitutionScopedAdmin
from studies.models import QuarantinedFile

WHAT_TO_DO = {
    QuarantineReason.UNREADABLE: _(
        "Send the examination again from the machine or the PACS. "
        "If it comes back here, the file itself is damaged: ask the maker of the machine."
    ),
    QuarantineReason.INCOMPLETE: _(
        "The file lacks a number that says which picture it is. "
        "Let the machine or the PACS fill it in, then send it again."
    ),
    QuarantineReason.LIMIT: _(
        "The file is larger or deeper than this portal takes. "
        "Send it in smaller parts, or ask the portal's operator about the limit."
    ),
    QuarantineReason.CRASHED: _(
        "Send it once more. If it comes back here, ask the portal's operator to look at the file."
    ),
    QuarantineReason.OTHER_PIXELS: _(
        "Two different pictures carry the same number. The first one stays. "
        "Let the PACS give the other one a number of its own, then send it again."
    ),
    QuarantineReason.CORRECTION: _(
        "The picture is the same, the patient's details differ. "
        "Compare them below: take them over, or leave everything as it is."
    ),
    QuarantineReason.OTHER_PATIENT: _(
        "This number is another patient's here. "
        "Find out in the PACS whose picture it is, correct it there, then send it again."
    ),
    QuarantineReason.OTHER_STUDY: _(
        "This number is in another study here. "
        "Find out in the PACS where it belongs, correct it there, then send it again."
    ),
    QuarantineReason.DELETED: _(
        "Nothing needs doing: it was deleted here on purpose. If it must come back, ask the portal's operator."
    ),
}


def _is_waiting(file: QuarantinedFile) -> bool:
    return file.reason == QuarantineReason.CORRECTION and not file.resolution and file.instance_id is not None


def _accept(file: QuarantinedFile, actor: Actor, at: datetime) -> None:
    try:
        accept_correction(file, actor, at)
    except NotACorrection:
        raise ValidationError(_now("This file can no longer be taken over. Everything stays as it is.")) from None


def _refuse(file: QuarantinedFile, actor: Actor, at: datetime) -> None:
    try:
        refuse_correction(file, actor, at)
    except NotACorrection:
        raise ValidationError(_now("This was already answered.")) from None


@admin.register(QuarantinedFile)
class QuarantinedFileAdmin(InstitutionScopedAdmin[QuarantinedFile]):
    purpose = _("Files that arrived and could not be used: what, why, and what to do. Everything else went on.")
    list_display = ["name", "reason", "received_at", "answer", "institution"]
    list_filter = [AnswerFilter, InstitutionFilter]
    list_select_related = ["institution"]
    search_fields = ["name"]
    search_help_text = _("Name of the file.")
    ordering = ["-received_at", "-pk"]
    readonly_fields = (
        "name",
        "why",
        "what_to_do",
        "found",
        "belongs_to",
        "kilobytes",
        "received_at",
        "institution",
        "answer",
        "resolved_at",
    )
    fields = readonly_fields
    deeds = (
        Deed(
            name="accept",
            permission=StaffPermission.RESOLVE_QUARANTINE,
            label=_("Take the corrected details over"),
            explanation=_(
                "The patient's details become those of this file, and the picture is replaced. "
                "The old one is kept as history."
            ),
            done=_("The correction was taken over."),
            offered=_is_waiting,
            carry_out=_accept,
        ),
        Deed(
            name="refuse",
            permission=StaffPermission.RESOLVE_QUARANTINE,
            label=_("Leave everything as it is"),
            explanation=_("The details here are right. The file stays in quarantine and is deleted after 90 days."),
            done=_("Everything stays as it is."),
            offered=_is_waiting,
            carry_out=_refuse,
            is_quiet=True,
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[QuarantinedFile]:
        return super().get_queryset(request).select_related("institution", "instance__series__study__request__patient")

    def waiting(self, request: HttpRequest) -> int:
        return awaiting_an_answer(self.get_queryset(request)).count()

    @admin.display(description=_("why"))
    def why(self, file: QuarantinedFile) -> str:
        return file.get_reason_display()

    @admin.display(description=_("what to do"))
    def what_to_do(self, file: QuarantinedFile) -> SafeString:
        return format_html("<strong>{}</strong>", WHAT_TO_DO[QuarantineReason(file.reason)])

    @admin.display(description=_("what was found"))
    def found(self, file: QuarantinedFile) -> SafeString:
        return format_html_join("", "<p>{}</p>", ((part,) for part in findings.in_words(file.detail)))

    @admin.display(description=_("belongs to"))
    def belongs_to(self, file: QuarantinedFile) -> str:
        if file.instance is None:
            return _now("nothing that is here")
        request = file.instance.series.study.request
        return f"{request.patient.list_name} · {request}"

    @admin.display(description=_("size"))
    def kilobytes(self, file: QuarantinedFile) -> str:
        return _now("%(size)d kB") % {"size": -(-file.size // 1000)}

    @admin.display(description=_("answer"), ordering="resolution")
    def answer(self, file: QuarantinedFile) -> str:
        if file.resolution:
            return file.get_resolution_display()
        return _now("waiting for you") if _is_waiting(file) else _now("none needed here")
