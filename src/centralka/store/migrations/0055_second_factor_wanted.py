"""A company demands the second factor of its people itself."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0054_failed_sign_ins")]
    operations = [migrations.AddField("tenant", "second_factor_wanted", models.BooleanField(default=False))]
