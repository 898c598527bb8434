"""Names in the order of the Polish alphabet, extensions in that of numbers. `store.older_rows` fills the keys in."""

import django.db.models.functions.comparison
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0004_forwarding_voicemail'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='externalnumber',
            options={'ordering': ('sort_key', 'e164')},
        ),
        migrations.AlterModelOptions(
            name='membership',
            options={'ordering': ('person__sort_key', 'id')},
        ),
        migrations.AlterModelOptions(
            name='person',
            options={'ordering': ('sort_key', 'id')},
        ),
        migrations.AlterModelOptions(
            name='pricelist',
            options={'ordering': ('sort_key', 'id')},
        ),
        migrations.AlterModelOptions(
            name='sipaccount',
            options={'ordering': ('extension_number', 'id')},
        ),
        migrations.AlterModelOptions(
            name='tenant',
            options={'ordering': ('sort_key', 'id')},
        ),
        migrations.AddField(
            model_name='externalnumber',
            name='sort_key',
            field=models.CharField(blank=True, default='', editable=False, max_length=240),
        ),
        migrations.AddField(
            model_name='person',
            name='sort_key',
            field=models.CharField(blank=True, default='', editable=False, max_length=240),
        ),
        migrations.AddField(
            model_name='pricelist',
            name='sort_key',
            field=models.CharField(blank=True, default='', editable=False, max_length=240),
        ),
        migrations.AddField(
            model_name='sipaccount',
            name='extension_number',
            field=models.GeneratedField(db_persist=True, expression=django.db.models.functions.comparison.Cast('extension', models.IntegerField()), output_field=models.IntegerField()),
        ),
        migrations.AddField(
            model_name='sipaccount',
            name='sort_key',
            field=models.CharField(blank=True, default='', editable=False, max_length=240),
        ),
        migrations.AddField(
            model_name='tenant',
            name='sort_key',
            field=models.CharField(blank=True, default='', editable=False, max_length=240),
        ),
    ]
