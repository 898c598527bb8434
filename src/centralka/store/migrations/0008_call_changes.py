"""The changes of call records have numbers, so that a program can follow them."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0007_search_calls'),
    ]

    operations = [
        migrations.CreateModel(
            name='CallChanges',
            fields=[
                ('tenant', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, serialize=False, to='store.tenant')),
                ('last', models.BigIntegerField()),
            ],
            options={
                'db_table': 'call_changes',
            },
        ),
        migrations.AddField(
            model_name='callrecord',
            name='change',
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddIndex(
            model_name='callrecord',
            index=models.Index(fields=['tenant', 'change'], name='calls_of_tenant_by_change'),
        ),
        migrations.RunSQL(
            [
                # The records there are, in the order in which they began to be written.
                "UPDATE call_record SET change = id",
                "INSERT INTO call_changes (tenant_id, last) SELECT tenant_id, max(id) FROM call_record GROUP BY tenant_id",
            ],
            migrations.RunSQL.noop,
        ),
    ]
