"""Notes that phones are to be told their lamps, for the switchboard beside the edge."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0056_login_address")]
    operations = [
        migrations.CreateModel(
            name="StaleLamp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("account", models.BigIntegerField()),
            ],
            options={"db_table": "stale_lamp"},
        )
    ]
