"""Calls are found by every name and number that had a part in them. `store.older_rows` fills the text in."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0006_honest_states'),
    ]

    operations = [
        migrations.AddField(
            model_name='callrecord',
            name='search',
            field=models.TextField(blank=True, default='', editable=False),
        ),
    ]
