"""Calls are found by every name and number that had a part in them."""

import centralka.store.models.call_record
from django.db import migrations

from centralka.calls.reasons import reason_from_json
from centralka.calls.record.leg_json import leg_from_json
from centralka.calls.record_search import search_text

SEARCHED = ("direction", "from_number", "from_name", "to_number", "legs", "why")
AT_ONCE = 1000


def write_what_calls_are_found_by(apps, schema_editor):
    records, last = apps.get_model("store", "CallRecord").objects, 0
    while rows := list(records.filter(pk__gt=last).only(*SEARCHED).order_by("pk")[:AT_ONCE]):
        for row in rows:
            row.search = search_text(
                direction=row.direction,
                from_number=row.from_number,
                from_name=row.from_name,
                to_number=row.to_number,
                legs=[leg_from_json(leg) for leg in row.legs],
                why=[reason_from_json(reason) for reason in row.why if reason],
            )
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
