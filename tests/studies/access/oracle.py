"""The access rule once more, written from DESIGN.md §4 in plain Python, without a database and without looking at it.

An answer is a pair: ("yes", since) or (why not, when it opens).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from .worlds import ACode, ADecision, APhysician, AReport, ARequest, AStudy, Rule, World

Answer = tuple[str, datetime | None]


@dataclass(frozen=True)
class Expected:
    audience: str
    images: Answer
    report: Answer
    status: str | None
    readable: tuple[tuple[str, datetime], ...]


def sees(world: World, who: ACode | APhysician, at: datetime) -> list[tuple[AStudy, Expected]]:
    """Every study that somebody may know of, newest first; of two alike the one that was written later."""
    found = []
    for number, (request, study) in enumerate(_all_studies(world)):
        if (expected := _expected(world, who, request, study, at)) is not None:
            found.append((study.performed_at, number, study, expected))
    found.sort(key=lambda row: row[:2], reverse=True)
    return [(study, expected) for _, _, study, expected in found]


def _all_studies(world: World) -> Iterator[tuple[ARequest, AStudy]]:
    for request in world.requests:
        for study in request.studies:
            yield request, study


def _expected(world: World, who: ACode | APhysician, request: ARequest, study: AStudy, at: datetime) -> Expected | None:
    house = world.institutions[request.institution]
    if isinstance(who, ACode):
        audience = "patient"
        if who not in request.codes or not _opens_the_door(who, at) or house.second_factor or who.owes:
            return None
    else:
        audience = "requester"
        if not (who.active and who.verified and not who.suspended):
            return None
        if not any(who is world.physicians[number] for number in study.requesters):
            return None
        if who.by_sms and house.refuses_sms:
            return None
    rule = house.rules.get((audience, study.modality)) or house.rules.get((audience, ""))
    if not house.active or rule is None or not rule.in_list:
        return None
    code = who if isinstance(who, ACode) else None
    images = _images(rule, code, study, at)
    reports = [report for report in request.reports if report.versions and _is_about(report, request, study)]
    decision = _last_decision(request, at) if isinstance(who, ACode) else None
    answers = [(_report(rule, code, report, decision, at), report) for report in reports]
    answers.sort(key=lambda pair: _far(pair[0]))
    read = [version for answer, report in answers if answer[0] == "yes" for version in _readable(report, code)]
    first, status = (answers[0][0], answers[0][1].versions[-1][0]) if answers else (_none(rule, code), None)
    return Expected(audience, images, first, status, tuple(sorted(read)))


def _opens_the_door(code: ACode, at: datetime) -> bool:
    return code.issued_at <= at < code.expires_at and not (code.revoked or code.ended or code.owes)


def _images(rule: Rule, code: ACode | None, study: AStudy, at: datetime) -> Answer:
    if code is not None and not code.images:
        return "code", None
    if not rule.images:
        return "policy", None
    if study.arrived_at is None:
        return "awaited", None
    opens = study.arrived_at + timedelta(hours=rule.images_hours)
    return ("yes", opens) if opens <= at else ("delay", opens)


def _none(rule: Rule, code: ACode | None) -> Answer:
    if code is not None and not code.report:
        return "code", None
    return ("awaited", None) if rule.report else ("policy", None)


def _last_decision(request: ARequest, at: datetime) -> ADecision | None:
    """What the institution decided last: of two at the same moment the one written later."""
    made = [(decision.at, number) for number, decision in enumerate(request.decisions) if decision.at <= at]
    return request.decisions[max(made)[1]] if made else None


def _report(rule: Rule, code: ACode | None, report: AReport, decision: ADecision | None, at: datetime) -> Answer:
    nothing = _none(rule, code)
    released = decision is not None and decision.kind == "now"
    if nothing[0] == "code" or (nothing[0] == "policy" and not released):
        return nothing
    status, came = report.versions[-1]
    if status == "cancelled":
        return "cancelled", None
    if status == "preliminary":
        patient = code is not None
        if patient or rule.report_days > 0:
            return "preliminary", None
        return ("yes", came) if came <= at else ("delay", came)
    first = _first_final(report)
    opens, why = first + timedelta(days=rule.report_days), "delay"
    if released and decision is not None:
        from_then = max(first, decision.at)
        opens = min(opens, from_then) if rule.report else from_then
    elif decision is not None and decision.kind == "hold" and decision.until is not None and decision.until > opens:
        opens, why = decision.until, "held"
    return ("yes", opens) if opens <= at else (why, opens)


def _since_cancelled(report: AReport) -> list[tuple[str, datetime]]:
    """The versions of a report that stand: those after the last cancellation."""
    standing: list[tuple[str, datetime]] = []
    for version in report.versions:
        standing = [] if version[0] == "cancelled" else [*standing, version]
    return standing


def _first_final(report: AReport) -> datetime:
    return next(came for status, came in _since_cancelled(report) if status in ("final", "corrected"))


def _readable(report: AReport, code: ACode | None) -> list[tuple[str, datetime]]:
    standing = _since_cancelled(report)
    return standing if code is None else [version for version in standing if version[0] != "preliminary"]


def _is_about(report: AReport, request: ARequest, study: AStudy) -> bool:
    return not report.names or any(request.studies[name] is study for name in report.names)


def _far(answer: Answer) -> tuple[int, float]:
    order = ["yes", "delay", "held", "awaited", "preliminary", "cancelled", "policy", "code"]
    return order.index(answer[0]), answer[1].timestamp() if answer[1] else 0.0
