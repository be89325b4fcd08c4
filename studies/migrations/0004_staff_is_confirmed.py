"""Staff is confirmed every quarter: whoever works here on the day that begins is confirmed from it on."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils import timezone


def confirm_everybody(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    unconfirmed = apps.get_model("studies", "Appointment").objects.filter(confirmed_at__isnull=True)
    unconfirmed.filter(ends_at__isnull=True).update(confirmed_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_reason_of_a_claim"),
        ("studies", "0003_physicians_door"),
    ]

    operations = [
        migrations.AddField(
            model_name="institution",
            name="staff_reminded_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.CreateModel(
            name="StaffInvitation",
            fields=[],
            options={
                "verbose_name": "invitation of staff",
                "verbose_name_plural": "invitations of staff",
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("accounts.invitation",),
        ),
        migrations.RunPython(confirm_everybody, migrations.RunPython.noop),
    ]
