
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('email', models.EmailField(max_length=254, unique=True)),
                ('name', models.CharField(max_length=100)),
                ('is_operator', models.BooleanField(default=False)),
                ('is_active', models.BooleanField(default=True)),
                ('must_change_password', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'db_table': 'person',
                'ordering': ('name', 'id'),
            },
        ),
        migrations.CreateModel(
            name='CallRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('call_id', models.CharField(max_length=80, unique=True)),
                ('node', models.CharField(max_length=40)),
                ('direction', models.CharField(choices=[('internal', 'Internal')], default='internal', max_length=10)),
                ('from_number', models.CharField(max_length=40)),
                ('from_name', models.CharField(blank=True, default='', max_length=60)),
                ('to_number', models.CharField(max_length=80)),
                ('started_at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(blank=True, choices=[('answered', 'Answered'), ('no_answer', 'No answer'), ('busy', 'Busy'), ('unavailable', 'Unavailable'), ('refused', 'Refused'), ('failed', 'Failed'), ('cancelled', 'Cancelled'), ('interrupted', 'Interrupted')], default='', max_length=12)),
                ('legs', models.JSONField(default=list)),
                ('why', models.JSONField(default=list)),
                ('plan', models.JSONField(null=True)),
            ],
            options={
                'db_table': 'call_record',
                'ordering': ('-started_at', '-id'),
            },
        ),
        migrations.CreateModel(
            name='JournalPosition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('node', models.CharField(max_length=40, unique=True)),
                ('position', models.BigIntegerField(default=0)),
            ],
            options={
                'db_table': 'journal_position',
            },
        ),
        migrations.CreateModel(
            name='SipAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('voice', 'Voice calls')], default='voice', max_length=10)),
                ('extension', models.CharField(max_length=6)),
                ('login', models.CharField(max_length=27, unique=True)),
                ('name', models.CharField(max_length=60)),
                ('password_digest', models.CharField(max_length=32)),
                ('internal_caller_id', models.CharField(blank=True, max_length=15, null=True)),
                ('ring_timeout', models.PositiveSmallIntegerField(default=30)),
                ('call_waiting', models.BooleanField(default=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('last_seen_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'sip_account',
                'ordering': ('extension',),
            },
        ),
        migrations.CreateModel(
            name='Tenant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.CharField(max_length=20, unique=True)),
                ('name', models.CharField(max_length=100)),
                ('language', models.CharField(choices=[('pl', 'Polski'), ('en', 'English')], default='pl', max_length=2)),
                ('last_extension', models.CharField(blank=True, default='', max_length=6)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'db_table': 'tenant',
                'ordering': ('name', 'id'),
            },
        ),
        migrations.CreateModel(
            name='CallRecordAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('call_record', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='store.callrecord')),
                ('sip_account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='store.sipaccount')),
            ],
            options={
                'db_table': 'call_record_account',
            },
        ),
        migrations.AddField(
            model_name='callrecord',
            name='accounts',
            field=models.ManyToManyField(blank=True, related_name='call_records', through='store.CallRecordAccount', to='store.sipaccount'),
        ),
        migrations.AddField(
            model_name='sipaccount',
            name='tenant',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sip_accounts', to='store.tenant'),
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('owner', 'Owner'), ('manager', 'Manager'), ('reader', 'Reader')], max_length=10)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='store.tenant')),
            ],
            options={
                'db_table': 'membership',
                'ordering': ('person__name', 'id'),
            },
        ),
        migrations.AddField(
            model_name='callrecord',
            name='tenant',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='call_records', to='store.tenant'),
        ),
        migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60)),
                ('role', models.CharField(choices=[('owner', 'Owner'), ('manager', 'Manager'), ('reader', 'Reader')], default='manager', max_length=10)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('hint', models.CharField(max_length=8)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('last_used_at', models.DateTimeField(null=True)),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('tenant', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='api_tokens', to='store.tenant')),
            ],
            options={
                'db_table': 'api_token',
                'ordering': ('-created_at', '-id'),
            },
        ),
        migrations.CreateModel(
            name='Registration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('node', models.CharField(max_length=40)),
                ('uri', models.CharField(max_length=255)),
                ('user_agent', models.CharField(blank=True, default='', max_length=255)),
                ('since', models.DateTimeField()),
                ('sip_account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='registrations', to='store.sipaccount')),
            ],
            options={
                'db_table': 'registration',
                'ordering': ('since', 'id'),
                'constraints': [models.UniqueConstraint(fields=('node', 'sip_account', 'uri'), name='one_row_per_contact')],
            },
        ),
        migrations.AddConstraint(
            model_name='callrecordaccount',
            constraint=models.UniqueConstraint(fields=('sip_account', 'call_record'), name='account_once_per_call'),
        ),
        migrations.AddConstraint(
            model_name='sipaccount',
            constraint=models.UniqueConstraint(fields=('tenant', 'extension'), name='extension_unique_in_tenant'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.UniqueConstraint(fields=('tenant', 'person'), name='one_role_per_tenant'),
        ),
        migrations.AddIndex(
            model_name='callrecord',
            index=models.Index(fields=['tenant', '-started_at', '-id'], name='calls_of_tenant_by_time'),
        ),
        migrations.AddIndex(
            model_name='callrecord',
            index=models.Index(fields=['node', 'ended_at'], name='open_calls_of_node'),
        ),
    ]
