"""Users and physicians."""

from datetime import UTC, datetime

import factory

from accounts.models import Physician, User

PASSWORD = "correct horse battery staple"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}@example.org")
    first_name = "Lena"
    last_name = factory.Sequence(lambda n: f"Dubois {n}")
    date_joined = LONG_AGO

    @factory.post_generation
    def password(self, create: bool, extracted: str | None, **kwargs: object) -> None:
        self.set_password(extracted or PASSWORD)
        if create:
            self.save()


class PhysicianFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Physician

    user = factory.SubFactory(UserFactory, title="Dr")
    verified_at = LONG_AGO


def totp_of(user: User) -> str:
    """The token that the user's authenticator app shows now."""
    raise NotImplementedError
