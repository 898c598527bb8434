"""Calls are found by every name and number that had a part in them."""

import centralka.store.models.call_record
from django.db import migrations

from centralka.calls.record_search import search_text
from centralka.store.models.call_record import SEARCHED

AT_ONCE = 1000


def write_what_calls_are_found_by(apps, schema_editor):
    records, last = apps.get_model("store", "CallRecord").objects, 0
    while rows := list(records.filter(pk__gt=last).only(*SEARCHED).order_by("pk")[:AT_ONCE]):
        for row in rows:
            row.search = search_text(**{name: getattr(row, name) for name in SEARCHED})
        records.bulk_update(rows, ["search"])
        last = rows[-1].pk


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0006_honest_states'),
    ]

    operations = [
        migrations.AddField(
            model_name='callrecord',
            name='search',
            field=centralka.store.models.call_record.SearchTextField(blank=True, default='', editable=False),
        ),
        migrations.RunPython(write_what_calls_are_found_by, migrations.RunPython.noop),
    ]
