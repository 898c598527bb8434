"""Prices belong to revisions of their lists; each list's prices become its first revision."""

import django.db.models.deletion
from django.db import migrations, models

# A list and its first revision get the same number, so no price has to be touched one by one.
_FIRST_REVISIONS = """
INSERT INTO price_list_revision
    (id, price_list_id, state, holds_from, rows, loaded, file_name, changes, made_by, made_at, touched_at)
SELECT l.id, l.id, 'ready', l.changed_at, c.rows, c.rows, '', '[]', '', l.changed_at, l.changed_at
FROM price_list l JOIN (SELECT price_list_id, COUNT(*) AS rows FROM price GROUP BY price_list_id) c
    ON c.price_list_id = l.id
"""
_ON_POSTGRESQL = (
    # Otherwise the table that was just filled could not be changed in the same transaction.
    "SET CONSTRAINTS ALL IMMEDIATE",
    "SELECT setval(pg_get_serial_sequence('price_list_revision', 'id'), MAX(id)) FROM price_list_revision"
    " HAVING MAX(id) IS NOT NULL",
)


def make_first_revisions(apps, schema_editor):
    statements = [_FIRST_REVISIONS, *(_ON_POSTGRESQL if schema_editor.connection.vendor == "postgresql" else ())]
    with schema_editor.connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0011_hold_music'),
    ]

    operations = [
        migrations.CreateModel(
            name='PriceListRevision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('reading', 'Waiting for what its columns are'), ('loading', 'Being loaded'), ('ready', 'Ready'), ('dropped', 'Being removed')], max_length=8)),
                ('holds_from', models.DateTimeField(null=True)),
                ('wanted_from', models.DateTimeField(null=True)),
                ('rows', models.PositiveIntegerField(default=0)),
                ('loaded', models.PositiveIntegerField(default=0)),
                ('content', models.BinaryField(null=True)),
                ('file_name', models.CharField(blank=True, default='', max_length=100)),
                ('changes', models.JSONField(default=list)),
                ('made_by', models.CharField(blank=True, default='', max_length=254)),
                ('made_at', models.DateTimeField()),
                ('touched_at', models.DateTimeField()),
                ('price_list', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='revisions', to='store.pricelist')),
            ],
            options={
                'db_table': 'price_list_revision',
                'ordering': ('-made_at', '-id'),
                'indexes': [models.Index(fields=['price_list', 'holds_from'], name='price_list_revision_holds')],
            },
        ),
        migrations.RunPython(make_first_revisions, migrations.RunPython.noop),
        migrations.RemoveConstraint(
            model_name='price',
            name='prefix_once_per_price_list',
        ),
        migrations.RenameField(
            model_name='price',
            old_name='price_list',
            new_name='revision',
        ),
        migrations.AlterField(
            model_name='price',
            name='revision',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='prices', to='store.pricelistrevision'),
        ),
        migrations.AddConstraint(
            model_name='price',
            constraint=models.UniqueConstraint(fields=('revision', 'prefix'), name='prefix_once_per_revision'),
        ),
        migrations.AddField(
            model_name='price',
            name='barred',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='pricelist',
            name='reading',
            field=models.JSONField(null=True),
        ),
    ]
