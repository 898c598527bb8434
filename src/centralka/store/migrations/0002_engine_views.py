"""Nothing any more: the newest migration that changes a table makes the engine's views (`centralka.store.realtime`)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("store", "0001_tables")]
    operations: list[migrations.operations.base.Operation] = []
