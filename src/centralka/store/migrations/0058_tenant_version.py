"""Saves of a company's settings are counted, so that a program that comes later undoes nothing."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0057_stale_lamp")]
    operations = [migrations.AddField("tenant", "version", models.PositiveIntegerField(default=1))]
