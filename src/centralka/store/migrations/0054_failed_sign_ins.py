"""How often signing in failed since the last time that it did not."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0053_sign_ins")]
    operations = [migrations.AddField("person", "failed_sign_ins", models.PositiveIntegerField(default=0))]
