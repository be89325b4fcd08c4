"""Institutions and what they hold."""

from datetime import UTC, datetime, timedelta

import factory
from django.utils import timezone

from studies.models import (
    Appointment,
    AppointmentRole,
    Instance,
    Institution,
    Patient,
    PixelState,
    Report,
    ReportStatus,
    ReportVersion,
    Request,
    Series,
    Study,
)

from .accounts import LONG_AGO, UserFactory

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)


class InstitutionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Institution

    slug = factory.Sequence(lambda n: f"hospital-{n}")
    name = factory.Sequence(lambda n: f"AZ Sint-Example {n}")
    city = "Brussels"
    desk_phone = "+32 2 555 01 00"


class AppointmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Appointment

    user = factory.SubFactory(UserFactory)
    institution = factory.SubFactory(InstitutionFactory)
    role = AppointmentRole.ADMINISTRATOR
    begins_at = LONG_AGO
    confirmed_at = factory.LazyFunction(timezone.now)


class PatientFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Patient

    institution = factory.SubFactory(InstitutionFactory)
    patient_id = factory.Sequence(lambda n: f"P{n}")
    name_alphabetic = "Peeters^Anna"
    sex = "F"
    birth_year, birth_month, birth_day = 1951, 9, 14


class RequestFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Request

    patient = factory.SubFactory(PatientFactory)
    institution = factory.SelfAttribute("patient.institution")
    accession_number = factory.Sequence(lambda n: f"A{n}")
    description = "CT head"
    requested_at = NOON - timedelta(days=3)


class StudyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Study

    request = factory.SubFactory(RequestFactory)
    institution = factory.SelfAttribute("request.institution")
    study_instance_uid = factory.Sequence(lambda n: f"1.2.826.0.1.3680043.8.498.1.{n}")
    performed_at = NOON
    arrived_at = NOON + timedelta(minutes=20)
    description = "CT head"
    modality = "CT"


class SeriesFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Series

    study = factory.SubFactory(StudyFactory)
    institution = factory.SelfAttribute("study.institution")
    series_instance_uid = factory.Sequence(lambda n: f"1.2.826.0.1.3680043.8.498.2.{n}")
    number = 1
    modality = "CT"
    description = "Brain"


class InstanceFactory(factory.django.DjangoModelFactory):
    """An instance as the database knows it; no file lies in the archive."""

    class Meta:
        model = Instance

    series = factory.SubFactory(SeriesFactory)
    institution = factory.SelfAttribute("series.institution")
    sop_instance_uid = factory.Sequence(lambda n: f"1.2.826.0.1.3680043.8.498.3.{n}")
    sop_class_uid = "1.2.840.10008.5.1.4.1.1.2"
    transfer_syntax_uid = "1.2.840.10008.1.2.1"
    number = factory.Sequence(lambda n: n)
    frames, rows, columns = 1, 512, 512
    preview_width, preview_height = 512, 512
    pixel_state = PixelState.READY
    key = factory.Sequence(lambda n: f"test/{n}")
    size = 1000
    sha256 = factory.Sequence(lambda n: f"{n:064x}")
    crc32 = 1
    received_at = NOON + timedelta(minutes=20)


class ReportFactory(factory.django.DjangoModelFactory):
    """A report with one version; `status` and `at` say which and when."""

    class Meta:
        model = Report
        exclude = ["at"]
        skip_postgeneration_save = True

    at = NOON + timedelta(hours=3)
    request = factory.SubFactory(RequestFactory)
    status = ReportStatus.FINAL
    first_final_at = factory.LazyAttribute(
        lambda o: o.at if o.status in (ReportStatus.FINAL, ReportStatus.CORRECTED) else None
    )

    @factory.post_generation
    def version(self, create: bool, extracted: str | None, **kwargs: object) -> None:
        if create:
            ReportVersion.objects.create(
                report=self,
                number=1,
                status=self.status,
                text=extracted or "No acute intracranial abnormality.",
                author="Dr E. Lambert",
                received_at=self.first_final_at or NOON + timedelta(hours=3),
            )
