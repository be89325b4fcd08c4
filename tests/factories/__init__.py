"""The cast of the tests, made with traits in the domain's words."""

from .accounts import PhysicianFactory, UserFactory, totp_of
from .studies import (
    AppointmentFactory,
    InstanceFactory,
    InstitutionFactory,
    PatientFactory,
    ReportFactory,
    RequestFactory,
    SeriesFactory,
    StudyFactory,
)

__all__ = [
    "AppointmentFactory",
    "InstanceFactory",
    "InstitutionFactory",
    "PatientFactory",
    "PhysicianFactory",
    "ReportFactory",
    "RequestFactory",
    "SeriesFactory",
    "StudyFactory",
    "UserFactory",
    "totp_of",
]
