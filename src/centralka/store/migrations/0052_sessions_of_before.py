"""End sessions that began before they were listed: nobody could see them, or end them when a laptop is lost."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def end_those_that_are_not_listed(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    listed = apps.get_model("store", "PanelSession").objects.values("session_key")
    apps.get_model("sessions", "Session").objects.exclude(session_key__in=listed).delete()


class Migration(migrations.Migration):
    dependencies = [("sessions", "0001_initial"), ("store", "0047_second_factor")]
    operations = [migrations.RunPython(end_those_that_are_not_listed, migrations.RunPython.noop, elidable=True)]
