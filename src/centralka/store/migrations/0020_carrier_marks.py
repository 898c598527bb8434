import functools
import secrets

from django.db import migrations, models


def mark_each(apps, schema_editor):
    trunks = apps.get_model('store', 'Trunk').objects.using(schema_editor.connection.alias)
    for pk in trunks.values_list('pk', flat=True):
        trunks.filter(pk=pk).update(mark=secrets.token_hex(8))


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0019_answers'),
    ]

    operations = [
        migrations.AddField(
            model_name='trunk',
            name='answer',
            field=models.CharField(blank=True, default='', max_length=80),
        ),
        migrations.AddField(
            model_name='trunk',
            name='mark',
            field=models.CharField(default='', editable=False, max_length=16),
            preserve_default=False,
        ),
        migrations.RunPython(mark_each, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            model_name='trunk',
            name='mark',
            field=models.CharField(
                default=functools.partial(secrets.token_hex, 8), editable=False, max_length=16, unique=True
            ),
        ),
    ]
