"""Mails with a link by which a new e-mail address counts."""

from django.db import migrations, models

KINDS = [
    ("voicemail", "Voice message"),
    ("fax", "Fax"),
    ("mailbox_full", "The mailbox is full"),
    ("test", "Test message"),
    ("disk", "The disk fills up"),
    ("fraud", "Fraud is suspected"),
    ("monitoring", "Accounts that cannot be reached"),
    ("sms", "Text message"),
    ("low_balance", "Little money is left"),
    ("certificate", "The certificate for TLS"),
    ("setup", "How to set up a phone"),
    ("password", "New password"),
    ("address", "New e-mail address"),
    ("sign_in", "How you sign in was changed"),
    ("no_money", "Calls are refused: no money is left"),
]


class Migration(migrations.Migration):
    dependencies = [("store", "0055_second_factor_wanted")]
    operations = [migrations.AlterField("mail", "kind", models.CharField(choices=KINDS, max_length=12))]
