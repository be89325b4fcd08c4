from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_physicians_door'),
    ]

    operations = [
        migrations.AddField(
            model_name='rememberedbrowser',
            name='device',
            field=models.CharField(default='', max_length=100),
            preserve_default=False,
        ),
    ]
