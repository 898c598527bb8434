"""Nothing any more: the engine's views are made after the last migration (`centralka.store.after_migrations`)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("store", "0001_tables")]
    operations: list[migrations.operations.base.Operation] = []
