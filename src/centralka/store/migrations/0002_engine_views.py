"""The views through which the engine reads accounts, see `centralka.store.realtime`."""

from django.db import migrations

from centralka.store.realtime import create_views_sql, drop_views_sql


def create(apps, schema_editor):
    for statement in create_views_sql(schema_editor.connection.vendor):
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    for statement in drop_views_sql():
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("store", "0001_tables")]
    operations = [migrations.RunPython(create, drop)]
