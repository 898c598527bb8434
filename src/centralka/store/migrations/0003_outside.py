"""Numbers, trunks, prices, money."""

import django.db.models.deletion
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0002_engine_views'),
    ]

    operations = [
        migrations.CreateModel(
            name='Installation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('vat_percent', models.DecimalField(decimal_places=2, default=Decimal('23'), max_digits=4)),
            ],
            options={
                'db_table': 'installation',
            },
        ),
        migrations.CreateModel(
            name='PriceList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, unique=True)),
                ('account_activation', models.DecimalField(decimal_places=4, default=Decimal('0'), max_digits=10)),
                ('account_monthly', models.DecimalField(decimal_places=4, default=Decimal('0'), max_digits=10)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('changed_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'db_table': 'price_list',
                'ordering': ('name',),
            },
        ),
        migrations.CreateModel(
            name='Trunk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, unique=True)),
                ('kind', models.CharField(choices=[('registration', 'We register at the carrier'), ('address', 'The carrier knows us by our address')], max_length=12)),
                ('host', models.CharField(max_length=253)),
                ('port', models.PositiveIntegerField(default=5060)),
                ('transport', models.CharField(choices=[('udp', 'UDP'), ('tcp', 'TCP')], default='udp', max_length=3)),
                ('username', models.CharField(blank=True, default='', max_length=80)),
                ('password', models.CharField(blank=True, default='', max_length=128)),
                ('addresses', models.CharField(blank=True, default='', max_length=255)),
                ('priority', models.PositiveSmallIntegerField(default=10)),
                ('enabled', models.BooleanField(default=True)),
                ('number_style', models.CharField(choices=[('e164', 'International with plus: +48221234567'), ('digits', 'International without plus: 48221234567'), ('national', 'National: 221234567, abroad 0049…')], default='e164', max_length=8)),
                ('sends_pai', models.BooleanField(default=True)),
                ('foreign_caller_ids', models.BooleanField(default=False)),
                ('status', models.CharField(blank=True, default='', max_length=20)),
                ('status_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('changed_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'db_table': 'trunk',
                'ordering': ('priority', 'name', 'id'),
            },
        ),
        migrations.AddField(
            model_name='callrecord',
            name='price',
            field=models.DecimalField(decimal_places=4, max_digits=14, null=True),
        ),
        migrations.AddField(
            model_name='sipaccount',
            name='caller_id_restricted',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='sipaccount',
            name='charged_month',
            field=models.CharField(blank=True, default='', max_length=7),
        ),
        migrations.AddField(
            model_name='sipaccount',
            name='international',
            field=models.CharField(blank=True, choices=[('national', 'Poland only'), ('eea', 'European Economic Area'), ('world', 'The whole world')], max_length=8, null=True),
        ),
        migrations.AddField(
            model_name='sipaccount',
            name='max_rate',
            field=models.DecimalField(blank=True, decimal_places=4, max_digits=10, null=True),
        ),
        migrations.AddField(
            model_name='sipaccount',
            name='outbound_pin_wrong',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='sipaccount',
            name='outbound_pin_wrong_since',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='sipaccount',
            name='outbound_pin_digest',
            field=models.CharField(blank=True, default='', max_length=128),
        ),
        migrations.AddField(
            model_name='tenant',
            name='balance',
            field=models.DecimalField(decimal_places=4, default=Decimal('0'), max_digits=14),
        ),
        migrations.AddField(
            model_name='tenant',
            name='credit_limit',
            field=models.DecimalField(decimal_places=4, default=Decimal('0'), max_digits=14),
        ),
        migrations.AddField(
            model_name='tenant',
            name='international',
            field=models.CharField(choices=[('national', 'Poland only'), ('eea', 'European Economic Area'), ('world', 'The whole world')], default='national', max_length=8),
        ),
        migrations.AddField(
            model_name='tenant',
            name='max_rate',
            field=models.DecimalField(decimal_places=4, default=Decimal('1.00'), max_digits=10),
        ),
        migrations.AddField(
            model_name='tenant',
            name='premium_allowed',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='tenant',
            name='satellite_allowed',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='tenant',
            name='unknown_allowed',
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name='callrecord',
            name='direction',
            field=models.CharField(choices=[('internal', 'Internal'), ('in', 'Incoming'), ('out', 'Outgoing')], default='internal', max_length=10),
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('who', models.CharField(max_length=254)),
                ('address', models.CharField(blank=True, default='', max_length=45)),
                ('at', models.DateTimeField()),
                ('subject', models.CharField(max_length=80)),
                ('charges', models.JSONField()),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='store.tenant')),
            ],
            options={
                'db_table': 'consent',
                'ordering': ('-at', '-id'),
            },
        ),
        migrations.CreateModel(
            name='RequestKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=200)),
                ('made', models.BigIntegerField()),
                ('content', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='request_keys', to='store.tenant')),
            ],
            options={
                'db_table': 'request_key',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'key'), name='request_key_once_per_tenant')],
            },
        ),
        migrations.CreateModel(
            name='Number',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('e164', models.CharField(max_length=16, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('sip_account', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='incoming_numbers', to='store.sipaccount')),
                ('tenant', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='numbers', to='store.tenant')),
            ],
            options={
                'db_table': 'number',
                'ordering': ('e164',),
            },
        ),
        migrations.AddField(
            model_name='sipaccount',
            name='caller_id',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='shown_by', to='store.number'),
        ),
        migrations.AddField(
            model_name='tenant',
            name='price_list',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tenants', to='store.pricelist'),
        ),
        migrations.CreateModel(
            name='LedgerEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=160, unique=True)),
                ('kind', models.CharField(choices=[('top_up', 'Top-up'), ('correction', 'Correction'), ('call', 'Call'), ('activation', 'Activation'), ('monthly', 'Monthly fee')], max_length=12)),
                ('net', models.DecimalField(decimal_places=4, max_digits=14)),
                ('balance_after', models.DecimalField(decimal_places=4, max_digits=14)),
                ('at', models.DateTimeField()),
                ('details', models.JSONField(default=dict)),
                ('by', models.CharField(blank=True, default='', max_length=254)),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ledger_entries', to='store.tenant')),
            ],
            options={
                'db_table': 'ledger_entry',
                'ordering': ('-at', '-id'),
                'indexes': [models.Index(fields=['tenant', '-at', '-id'], name='ledger_of_tenant_by_time')],
            },
        ),
        migrations.CreateModel(
            name='Price',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('prefix', models.CharField(max_length=15)),
                ('description', models.CharField(blank=True, default='', max_length=100)),
                ('per_minute', models.DecimalField(decimal_places=4, max_digits=10)),
                ('connection_fee', models.DecimalField(decimal_places=4, default=Decimal('0'), max_digits=10)),
                ('first_increment', models.PositiveSmallIntegerField(default=1)),
                ('next_increment', models.PositiveSmallIntegerField(default=1)),
                ('price_list', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='prices', to='store.pricelist')),
            ],
            options={
                'db_table': 'price',
                'ordering': ('prefix',),
                'constraints': [models.UniqueConstraint(fields=('price_list', 'prefix'), name='prefix_once_per_price_list')],
            },
        ),
        migrations.CreateModel(
            name='Reservation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('node', models.CharField(max_length=40)),
                ('channel', models.CharField(max_length=80)),
                ('channel_name', models.CharField(default='', max_length=80)),
                ('number', models.CharField(max_length=16)),
                ('amount', models.DecimalField(decimal_places=4, max_digits=14)),
                ('granted_seconds', models.PositiveIntegerField()),
                ('rate', models.JSONField()),
                ('made_at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(null=True)),
                ('peer', models.CharField(blank=True, default='', max_length=80)),
                ('peer_id', models.CharField(blank=True, default='', max_length=80)),
                ('exhausted', models.BooleanField(default=False)),
                ('warned_at', models.DateTimeField(null=True)),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reservations', to='store.tenant')),
            ],
            options={
                'db_table': 'reservation',
                'indexes': [models.Index(fields=['tenant'], name='reservations_of_tenant'), models.Index(fields=['node', 'answered_at'], name='running_calls_of_node'), models.Index(fields=['channel'], name='reservations_of_channel'), models.Index(fields=['peer_id'], name='reservations_of_peer')],
            },
        ),
    ]
