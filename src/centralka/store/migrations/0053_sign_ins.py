"""A mail of what was changed about signing in; of wrong passwords what was typed beside them is forgotten."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

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
    ("sign_in", "How you sign in was changed"),
    ("no_money", "Calls are refused: no money is left"),
]


def forget_what_was_typed(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("axes", "AccessAttempt").objects.update(get_data="", post_data="")


class Migration(migrations.Migration):
    dependencies = [("axes", "0010_accessattemptexpiration"), ("store", "0052_sessions_of_before")]
    operations = [
        migrations.AlterField("mail", "kind", models.CharField(choices=KINDS, max_length=12)),
        migrations.RunPython(forget_what_was_typed, migrations.RunPython.noop, elidable=True),
    ]
