"""Forwarding, voicemail, mail."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0003_outside'),
    ]

    operations = [
        migrations.CreateModel(
            name='VoicemailMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('node', models.CharField(max_length=40)),
                ('msg_id', models.CharField(max_length=80, unique=True)),
                ('caller_number', models.CharField(blank=True, default='', max_length=40)),
                ('caller_name', models.CharField(blank=True, default='', max_length=60)),
                ('received_at', models.DateTimeField()),
                ('seconds', models.PositiveIntegerField()),
                ('heard', models.BooleanField(default=False)),
                ('order', models.CharField(blank=True, choices=[('', 'nothing'), ('heard', 'heard'), ('unheard', 'unheard'), ('delete', 'delete')], default='', max_length=8)),
                ('deleted_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'voicemail_message',
                'ordering': ('heard', '-received_at', '-id'),
            },
        ),
        migrations.AddField(
            model_name='sipaccount',
            name='greeting_on_busy',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='sipaccount',
            name='greeting_on_no_answer',
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name='sipaccount',
            name='return_after',
            field=models.PositiveSmallIntegerField(default=30),
        ),
        migrations.AddField(
            model_name='sipaccount',
            name='voicemail_email',
            field=models.CharField(blank=True, default='', max_length=254),
        ),
        migrations.AddField(
            model_name='sipaccount',
            name='voicemail_enabled',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='sipaccount',
            name='voicemail_pin_digest',
            field=models.CharField(blank=True, default='', max_length=128),
        ),
        migrations.AddField(
            model_name='sipaccount',
            name='voicemail_pin_wrong',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='sipaccount',
            name='voicemail_pin_wrong_since',
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name='callrecord',
            name='outcome',
            field=models.CharField(blank=True, choices=[('answered', 'Answered'), ('no_answer', 'No answer'), ('busy', 'Busy'), ('unavailable', 'Unavailable'), ('refused', 'Refused'), ('voicemail', 'Voicemail'), ('failed', 'Failed'), ('cancelled', 'Cancelled'), ('interrupted', 'Interrupted')], default='', max_length=12),
        ),
        migrations.CreateModel(
            name='ExternalNumber',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('e164', models.CharField(max_length=16)),
                ('name', models.CharField(max_length=60)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='external_numbers', to='store.tenant')),
            ],
            options={
                'db_table': 'external_number',
                'ordering': ('name', 'e164'),
            },
        ),
        migrations.CreateModel(
            name='Forward',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('condition', models.CharField(choices=[('no_answer', 'No answer'), ('busy', 'Busy'), ('unavailable', 'Unavailable')], max_length=11)),
                ('kind', models.CharField(choices=[('extension', 'Extension'), ('voicemail', 'Voicemail'), ('external', 'External number')], max_length=9)),
                ('external', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='forwarded_from', to='store.externalnumber')),
                ('sip_account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='forwards', to='store.sipaccount')),
                ('target', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='forwarded_from', to='store.sipaccount')),
            ],
            options={
                'db_table': 'forward',
                'ordering': ('sip_account', 'condition'),
            },
        ),
        migrations.CreateModel(
            name='Greeting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wav', models.BinaryField()),
                ('seconds', models.FloatField()),
                ('source', models.CharField(choices=[('upload', 'uploaded'), ('phone', 'recorded by phone')], max_length=6)),
                ('version', models.CharField(max_length=16)),
                ('changed_at', models.DateTimeField()),
                ('sip_account', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='greeting', to='store.sipaccount')),
            ],
            options={
                'db_table': 'greeting',
            },
        ),
        migrations.CreateModel(
            name='VoicemailAudio',
            fields=[
                ('message', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='audio', serialize=False, to='store.voicemailmessage')),
                ('wav', models.BinaryField()),
            ],
            options={
                'db_table': 'voicemail_audio',
            },
        ),
        migrations.AddField(
            model_name='voicemailmessage',
            name='sip_account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='voicemail_messages', to='store.sipaccount'),
        ),
        migrations.CreateModel(
            name='Mail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('voicemail', 'Voice message'), ('mailbox_full', 'The mailbox is full'), ('test', 'Test message')], max_length=12)),
                ('key', models.CharField(max_length=120, unique=True)),
                ('to', models.CharField(max_length=254)),
                ('language', models.CharField(max_length=2)),
                ('state', models.CharField(choices=[('queued', 'Waiting'), ('sent', 'Sent'), ('failed', 'Failed')], default='queued', max_length=6)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('next_at', models.DateTimeField()),
                ('error', models.CharField(blank=True, default='', max_length=300)),
                ('created_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(null=True)),
                ('sip_account', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='mails', to='store.sipaccount')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mails', to='store.tenant')),
                ('message', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='mails', to='store.voicemailmessage')),
            ],
            options={
                'db_table': 'mail',
                'ordering': ('-created_at', '-id'),
            },
        ),
        migrations.AddConstraint(
            model_name='externalnumber',
            constraint=models.UniqueConstraint(fields=('tenant', 'e164'), name='external_number_once_per_tenant'),
        ),
        migrations.AddConstraint(
            model_name='forward',
            constraint=models.UniqueConstraint(fields=('sip_account', 'condition'), name='forward_once_per_condition'),
        ),
        migrations.AddIndex(
            model_name='voicemailmessage',
            index=models.Index(fields=['sip_account', 'heard', '-received_at', '-id'], name='messages_of_account'),
        ),
        migrations.AddIndex(
            model_name='voicemailmessage',
            index=models.Index(condition=models.Q(('order', ''), _negated=True), fields=['node'], name='orders_of_node'),
        ),
        migrations.AddIndex(
            model_name='mail',
            index=models.Index(condition=models.Q(('state', 'queued')), fields=['next_at'], name='mails_waiting'),
        ),
        migrations.AddIndex(
            model_name='mail',
            index=models.Index(fields=['tenant', '-created_at', '-id'], name='mails_of_tenant'),
        ),
    ]
