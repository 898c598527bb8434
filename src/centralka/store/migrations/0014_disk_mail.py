"""Mails for whoever runs the installation: its disk fills up."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0013_blocked_companies'),
    ]

    operations = [
        migrations.AlterField(
            model_name='mail',
            name='kind',
            field=models.CharField(choices=[('voicemail', 'Voice message'), ('mailbox_full', 'The mailbox is full'), ('test', 'Test message'), ('disk', 'The disk fills up')], max_length=12),
        ),
        migrations.AlterField(
            model_name='mail',
            name='tenant',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='mails', to='store.tenant'),
        ),
    ]
