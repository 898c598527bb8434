"""`python -m tests.live.mail.messages NUMBER`: leaves so many messages in a mailbox of the demo company.

In place of calls: the stories of mail are about what comes after. It runs in a process that has the installation's
environment, and the messages are of an engine that does not exist, so no folder of recordings is asked about them.
"""

import sys

import django


def main(number: int) -> None:
    django.setup()
    from django.db import transaction
    from django.utils import timezone

    from centralka.store.mail import queue_voicemail
    from centralka.store.models import SipAccount, VoicemailAudio, VoicemailMessage
    from tests.outbox.mails import ADDRESS, speech

    account = SipAccount.objects.select_related("tenant").get(login="demo_100")
    account.voicemail_email = ADDRESS
    for _ in range(number):
        now = timezone.now()
        with transaction.atomic():
            left = VoicemailMessage.objects.create(
                sip_account=account,
                node="elsewhere",
                msg_id=f"elsewhere/{now.timestamp()}",
                caller_number="+48600100200",
                received_at=now,
                seconds=3,
            )
            VoicemailAudio.objects.create(message=left, wav=speech(3))
            queue_voicemail(left, now)


if __name__ == "__main__":
    main(int(sys.argv[1]))
