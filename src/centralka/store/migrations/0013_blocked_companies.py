"""Companies can be blocked, and closed when they are deleted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0012_price_list_revisions"),
    ]

    operations = [
        migrations.AddField(
            model_name="tenant",
            name="block_reason",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
        migrations.AddField(
            model_name="tenant",
            name="blocked_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="tenant",
            name="closed_at",
            field=models.DateTimeField(null=True),
        ),
    ]
