"""Rules against fraud. Companies that are there have none until their owner wants some."""

import django.db.models.deletion
import phonenumbers
from django.db import migrations, models
from django.utils import timezone
from phonenumbers import PhoneNumberType

ORDINARY = {PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}


def country_of(number):
    """Return the country abroad (ISO 3166-1) of an ordinary number, or None: dear kinds of numbers are asked about again."""
    try:
        parsed = phonenumbers.parse(number or "", None)
    except phonenumbers.NumberParseException:
        return None
    country = phonenumbers.region_code_for_number(parsed)
    return country if country != "PL" and phonenumbers.number_type(parsed) in ORDINARY else None


def learn_countries(apps, schema_editor):
    """Companies know the countries that they called so far: nobody is asked about these again."""
    calls = apps.get_model("store", "LedgerEntry").objects.filter(kind="call").order_by()
    found = set()
    for tenant, number in calls.values_list("tenant_id", "details__number").distinct().iterator():
        if country := country_of(number):
            found.add((tenant, country))
    known = apps.get_model("store", "KnownCountry")
    known.objects.bulk_create(known(tenant_id=tenant, area=area, since=timezone.now()) for tenant, area in sorted(found))


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0020_carrier_marks'),
    ]

    operations = [
        migrations.AddField(
            model_name='installation',
            name='fraud_rules',
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name='reservation',
            name='sip_account',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='store.sipaccount'),
        ),
        migrations.AddField(
            model_name='reservation',
            name='stopped',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='sipaccount',
            name='calls_at_once',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='sipaccount',
            name='spend_per_day',
            field=models.DecimalField(decimal_places=4, max_digits=10, null=True),
        ),
        migrations.AddField(
            model_name='sipaccount',
            name='spend_per_hour',
            field=models.DecimalField(decimal_places=4, max_digits=10, null=True),
        ),
        migrations.AddField(
            model_name='tenant',
            name='account_calls_at_once',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='tenant',
            name='account_spend_per_day',
            field=models.DecimalField(decimal_places=4, max_digits=10, null=True),
        ),
        migrations.AddField(
            model_name='tenant',
            name='account_spend_per_hour',
            field=models.DecimalField(decimal_places=4, max_digits=10, null=True),
        ),
        migrations.AddField(
            model_name='tenant',
            name='ask_new_countries',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='tenant',
            name='calls_at_once',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='tenant',
            name='night_calls',
            field=models.CharField(default='none', max_length=6),
        ),
        migrations.AddField(
            model_name='tenant',
            name='night_from',
            field=models.CharField(default='22:00', max_length=5),
        ),
        migrations.AddField(
            model_name='tenant',
            name='night_until',
            field=models.CharField(default='06:00', max_length=5),
        ),
        migrations.AddField(
            model_name='tenant',
            name='spend_per_day',
            field=models.DecimalField(decimal_places=4, max_digits=10, null=True),
        ),
        migrations.AddField(
            model_name='tenant',
            name='spend_per_hour',
            field=models.DecimalField(decimal_places=4, max_digits=10, null=True),
        ),
        migrations.AlterField(
            model_name='mail',
            name='kind',
            field=models.CharField(choices=[('voicemail', 'Voice message'), ('mailbox_full', 'The mailbox is full'), ('test', 'Test message'), ('disk', 'The disk fills up'), ('fraud', 'Fraud is suspected')], max_length=12),
        ),
        migrations.CreateModel(
            name='FraudStop',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule', models.CharField(choices=[('per_hour', 'too much money in an hour'), ('per_day', 'too much money in 24 hours'), ('calls_at_once', 'too many calls outside at once'), ('new_country', 'a country that was never called before'), ('night', 'a call at night')], max_length=13)),
                ('area', models.CharField(blank=True, default='', max_length=16)),
                ('limit', models.CharField(blank=True, default='', max_length=20)),
                ('number', models.CharField(blank=True, default='', max_length=16)),
                ('at', models.DateTimeField()),
                ('lifted_at', models.DateTimeField(null=True)),
                ('lifted_by', models.CharField(blank=True, default='', max_length=254)),
                ('caller', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='store.sipaccount')),
                ('sip_account', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='fraud_stops', to='store.sipaccount')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='fraud_stops', to='store.tenant')),
            ],
            options={
                'db_table': 'fraud_stop',
                'ordering': ('-at', '-id'),
            },
        ),
        migrations.AddField(
            model_name='mail',
            name='fraud_stop',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='mails', to='store.fraudstop'),
        ),
        migrations.CreateModel(
            name='KnownCountry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('area', models.CharField(max_length=16)),
                ('since', models.DateTimeField()),
                ('by', models.CharField(blank=True, default='', max_length=254)),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='known_countries', to='store.tenant')),
            ],
            options={
                'db_table': 'known_country',
                'ordering': ('area',),
            },
        ),
        migrations.CreateModel(
            name='Spent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account', models.BigIntegerField()),
                ('slot', models.DateTimeField()),
                ('net', models.DecimalField(decimal_places=4, max_digits=14)),
                ('tenant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='store.tenant')),
            ],
            options={
                'db_table': 'spent',
            },
        ),
        migrations.AddIndex(
            model_name='fraudstop',
            index=models.Index(condition=models.Q(('lifted_at', None)), fields=['tenant'], name='fraud_stops_of_tenant'),
        ),
        migrations.AddIndex(
            model_name='fraudstop',
            index=models.Index(fields=['-at', '-id'], name='fraud_stops_by_time'),
        ),
        migrations.AddConstraint(
            model_name='knowncountry',
            constraint=models.UniqueConstraint(fields=('tenant', 'area'), name='country_known_once'),
        ),
        migrations.AddIndex(
            model_name='spent',
            index=models.Index(fields=['slot'], name='spent_by_slot'),
        ),
        migrations.AddConstraint(
            model_name='spent',
            constraint=models.UniqueConstraint(fields=('tenant', 'account', 'slot'), name='spent_once_a_slot'),
        ),
        migrations.RunPython(learn_countries, migrations.RunPython.noop),
    ]
