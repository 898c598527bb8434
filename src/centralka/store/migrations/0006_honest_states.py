"""Mails that became files are not called sent; carriers are asked whether they are there."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0005_sorting'),
    ]

    operations = [
        migrations.AddField(
            model_name='trunk',
            name='pings',
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name='trunk',
            name='reachable',
            field=models.BooleanField(null=True),
        ),
        migrations.AlterField(
            model_name='mail',
            name='state',
            field=models.CharField(choices=[('queued', 'Waiting'), ('sent', 'Sent'), ('filed', 'Written to a file: no mail server is set'), ('failed', 'Failed')], default='queued', max_length=6),
        ),
    ]
