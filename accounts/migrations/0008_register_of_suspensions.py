"""The register of suspensions, with whoever is suspended on the day it begins; and a note of who was told about an
account that nobody uses."""

import uuid

import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils import timezone


def register_the_suspended(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    suspension = apps.get_model("accounts", "Suspension")
    now = timezone.now()
    for user in apps.get_model("accounts", "User").objects.filter(is_active=False):
        suspension.objects.create(user=user, part="account", reason="other", since=now)
    for physician in apps.get_model("accounts", "Physician").objects.filter(suspended_at__isnull=False):
        since = physician.suspended_at
        suspension.objects.create(user_id=physician.user_id, part="physician", reason="other", since=since)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_contact_changes_without_the_old_end")]

    operations = [
        migrations.AlterModelOptions(
            name="throttlecounter",
            options={"verbose_name": "wait", "verbose_name_plural": "waits"},
        ),
        migrations.AddField(
            model_name="user",
            name="unused_told_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name="Suspension",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "part",
                    models.CharField(
                        choices=[("account", "account"), ("physician", "physician")],
                        max_length=10,
                        verbose_name="what is suspended",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("unused", "not used for a year"),
                            ("withdrawn", "registration withdrawn"),
                            ("left", "left the practice"),
                            ("wish", "own wish"),
                            ("misused", "misused, or in the wrong hands"),
                            ("other", "another reason"),
                        ],
                        max_length=10,
                        verbose_name="reason",
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=200, verbose_name="in words")),
                ("since", models.DateTimeField(verbose_name="since")),
                ("by", models.UUIDField(null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended on")),
                ("ended_by", models.UUIDField(null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="suspensions",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
            ],
            options={
                "verbose_name": "suspension",
                "verbose_name_plural": "suspensions",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("user", "part"),
                        name="one_open_suspension",
                    )
                ],
            },
        ),
        migrations.RunPython(register_the_suspended, migrations.RunPython.noop),
    ]
