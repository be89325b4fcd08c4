"""Generated worlds: plain values first, so that the oracle can reason about them, then rows in the database."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from hypothesis import strategies as st

from accounts.audit.actor import SYSTEM, Actor, ActorKind
from accounts.models import Physician, User
from studies.institutions.policies import cells_of
from studies.models import (
    AccessCode,
    Institution,
    Listing,
    Patient,
    PatientSecondFactor,
    PolicyCell,
    PolicyRule,
    Release,
    ReportStatus,
    Request,
    Study,
)
from studies.reports.services import ReportRefused, receive
from tests.factories.studies import NOON

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Rule:
    in_list: bool
    images: bool
    images_hours: int
    report: bool
    report_days: int


@dataclass
class AnInstitution:
    active: bool
    second_factor: bool
    refuses_sms: bool
    rules: dict[tuple[str, str], Rule]  # (audience, modality or "" for all)


@dataclass
class AStudy:
    modality: str
    performed_at: datetime
    arrived_at: datetime | None
    restricted: bool
    requesters: frozenset[int]
    copied: frozenset[int]
    row: Study | None = None


@dataclass
class AReport:
    names: frozenset[int]  # indexes of the request's studies; none named: about all
    versions: list[tuple[str, datetime]]


@dataclass
class ACode:
    images: bool
    report: bool
    issued_at: datetime
    expires_at: datetime
    revoked: bool
    ended: bool
    owes: bool
    actor: Actor = field(default_factory=lambda: Actor(ActorKind.PATIENT, uuid4(), uuid4()))


@dataclass(frozen=True)
class ADecision:
    kind: str
    at: datetime
    until: datetime | None  # of a hold


@dataclass
class ARequest:
    institution: int
    studies: list[AStudy]
    reports: list[AReport]
    codes: list[ACode]
    decisions: list[ADecision]


@dataclass
class APhysician:
    active: bool
    verified: bool
    suspended: bool
    by_sms: bool
    actor: Actor = field(default_factory=lambda: Actor(ActorKind.ACCOUNT, uuid4(), uuid4()))


@dataclass
class World:
    institutions: list[AnInstitution]
    physicians: list[APhysician]
    requests: list[ARequest]
    at: datetime


mostly = st.sampled_from([True, True, True, True, False])
seldom = st.sampled_from([False] * 9 + [True])
hours = st.sampled_from([-30 * 24, -48, -5, -1, 0, 0, 1, 3, 24, 7 * 24])
moments = hours.map(lambda count: NOON + count * HOUR)
rules = st.builds(Rule, mostly, mostly, st.sampled_from([0, 0, 1, 48]), mostly, st.sampled_from([0, 0, 1, 7]))
institutions = st.builds(
    AnInstitution,
    active=seldom.map(lambda value: not value),
    second_factor=seldom,
    refuses_sms=st.booleans(),
    rules=st.dictionaries(
        st.tuples(st.sampled_from(["patient", "requester"]), st.sampled_from(["", "", "CT", "OT"])),
        rules,
        min_size=2,
        max_size=4,
    ),
)
physicians = st.builds(
    APhysician,
    active=mostly,
    verified=mostly,
    suspended=seldom,
    by_sms=st.booleans(),
    actor=st.builds(lambda: Actor(ActorKind.ACCOUNT, uuid4(), uuid4())),
)
versions = st.lists(
    st.tuples(st.sampled_from(["preliminary", "preliminary", "final", "final", "corrected", "cancelled"]), moments),
    min_size=1,
    max_size=4,
).map(lambda drawn: list(zip([status for status, _ in drawn], sorted(at for _, at in drawn), strict=True)))
codes = st.builds(
    ACode,
    images=mostly,
    report=mostly,
    issued_at=st.sampled_from([NOON - 30 * DAY, NOON - 30 * DAY, NOON - 5 * HOUR, NOON]),
    expires_at=st.sampled_from([NOON + 30 * DAY, NOON + 30 * DAY, NOON + 3 * HOUR, NOON]),
    revoked=seldom,
    ended=seldom,
    owes=seldom,
    actor=st.builds(lambda: Actor(ActorKind.PATIENT, uuid4(), uuid4())),
)
decisions = st.tuples(st.sampled_from(["now", "now", "hold", "hold", "policy"]), moments, moments).map(
    lambda drawn: ADecision(drawn[0], drawn[1], drawn[2] if drawn[0] == "hold" else None)
)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    there = draw(st.lists(institutions, min_size=1, max_size=2))
    doctors = draw(st.lists(physicians, min_size=1, max_size=2))
    some = st.frozensets(st.sampled_from(range(len(doctors))), max_size=2)
    studies = st.builds(
        AStudy,
        modality=st.sampled_from(["CT", "MR", "OT"]),
        performed_at=moments,
        arrived_at=st.none() | moments,
        restricted=seldom,
        requesters=some,
        copied=some,
        row=st.none(),
    )
    reports = st.builds(AReport, st.frozensets(st.sampled_from([0, 1]), max_size=2), versions)
    requests = st.builds(
        ARequest,
        institution=st.sampled_from(range(len(there))),
        studies=st.lists(studies, max_size=2),
        reports=st.lists(reports, max_size=2, unique_by=lambda report: report.names),
        codes=st.lists(codes, max_size=2),
        decisions=st.lists(decisions, max_size=2),
    )
    return World(
        there,
        doctors,
        draw(st.lists(requests, min_size=1, max_size=2)),
        draw(moments),
    )


def write(world: World) -> None:
    """The rows of a world; each study gets its own, each report keeps only the versions that were received."""
    houses = [_write_institution(number, house) for number, house in enumerate(world.institutions)]
    doctors = [_write_physician(number, physician) for number, physician in enumerate(world.physicians)]
    for request in world.requests:
        _write_request(request, houses[request.institution], doctors)


def _write_institution(number: int, house: AnInstitution) -> Institution:
    row = Institution.objects.create(
        slug=f"house-{number}",
        name=f"House {number}",
        is_active=house.active,
        patient_second_factor=PatientSecondFactor.SMS if house.second_factor else PatientSecondFactor.NONE,
        refuses_sms_login=house.refuses_sms,
    )
    ruled = [
        PolicyRule(institution=row, audience=audience, modality=modality, **vars(rule))
        for (audience, modality), rule in house.rules.items()
    ]
    for audience in ("patient", "requester"):
        PolicyCell.objects.bulk_create(cells_of([rule for rule in ruled if rule.audience == audience]))
    return row


def _uuid_of(code: ACode) -> UUID:
    assert code.actor.uuid is not None
    return code.actor.uuid


def _write_physician(number: int, physician: APhysician) -> Physician:
    assert physician.actor.uuid is not None
    user = User.objects.create(
        uuid=physician.actor.uuid, username=f"doctor{number}@example.org", is_active=physician.active
    )
    return Physician.objects.create(
        user=user,
        verified_at=NOON if physician.verified else None,
        suspended_at=NOON if physician.suspended else None,
    )


def _write_request(request: ARequest, house: Institution, doctors: list[Physician]) -> None:
    patient = Patient.objects.create(institution=house, patient_id=str(uuid4()))
    row = Request.objects.create(institution=house, patient=patient, requested_at=NOON)
    for study in request.studies:
        _write_study(study, row, doctors)
    request.reports = [
        report for report in request.reports if all(name < len(request.studies) for name in report.names)
    ]
    for report in request.reports:
        report.versions = [version for version in report.versions if _received(row, request, report, *version)]
    Release.objects.bulk_create(
        Release(request=row, kind=decision.kind, decided_at=decision.at, until=decision.until, reason="Because.")
        for decision in request.decisions
    )
    AccessCode.objects.bulk_create(
        AccessCode(
            uuid=_uuid_of(code),
            request=row,
            key_id="0",
            mac=uuid4().hex,
            images=code.images,
            report=code.report,
            issued_at=code.issued_at,
            expires_at=code.expires_at,
            revoked_at=NOON if code.revoked else None,
            ended_at=NOON if code.ended else None,
            price_minor=500 if code.owes else 0,
        )
        for code in request.codes
    )


def _write_study(study: AStudy, request: Request, doctors: list[Physician]) -> None:
    study.row = Study.objects.create(
        institution=request.institution,
        request=request,
        performed_at=study.performed_at,
        arrived_at=study.arrived_at,
        modality=study.modality,
        restricted=study.restricted,
    )
    Listing.objects.bulk_create(
        Listing(
            physician=doctors[number],
            at=study.performed_at,
            study=study.row,
            institution=request.institution,
            modality=study.modality,
            patient=request.patient,
            restricted=study.restricted,
            requester=number in study.requesters,
            copied=number in study.copied,
        )
        for number in study.requesters | study.copied
    )


def _received(row: Request, request: ARequest, report: AReport, status: str, at: datetime) -> bool:
    named = [request.studies[name].row for name in sorted(report.names)]
    text = "" if status == "cancelled" else f"Written {uuid4()}"
    try:
        receive(row, ReportStatus(status), text, "Dr E. Lambert", SYSTEM, at, studies=[s for s in named if s])
    except ReportRefused:
        return False
    return True
