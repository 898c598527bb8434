"""Gateways of SerwerSMS.pl, which are asked for reports."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0045_audit_log'),
    ]

    operations = [
        migrations.AlterField(
            model_name='smsgateway',
            name='kind',
            field=models.CharField(choices=[('http', 'Described by templates (HTTP)'), ('smsapi', 'SMSAPI.pl'), ('serwersms', 'SerwerSMS.pl'), ('smpp', 'SMPP 3.4')], default='http', max_length=10),
        ),
        migrations.AddIndex(
            model_name='sms',
            index=models.Index(condition=models.Q(('state__in', ['accepted', 'sent'])), fields=['gateway', 'accepted_at'], name='sms_reports_wanted'),
        ),
    ]
