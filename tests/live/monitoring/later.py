"""`python -m tests.live.monitoring.later BEGUN SECONDS`: what the worker's watch does in so many seconds, at once.

It runs in a process with the installation's environment, on its database, by the clock that the worker's code is given,
which is `BEGUN` seconds ahead to begin with. The switchboard's signs come by that clock, too.
"""

import sys
from datetime import timedelta

import django


def main(begun: int, seconds: int) -> None:
    django.setup()
    from django.utils import timezone

    from centralka.outbox.mail import Post, way_out
    from centralka.outbox.monitoring import Monitoring
    from centralka.outbox.webhooks import Webhooks
    from centralka.store.models import PresenceBeat

    start, passed = timezone.now(), begun
    monitoring = Monitoring(lambda: passed)
    for passed in range(begun, begun + seconds, 10):
        for row in PresenceBeat.objects.all():
            row.count += 1
            row.save(update_fields=["count"])
        monitoring.look(start + timedelta(seconds=passed))
    Post(way_out(lambda: False), lambda: start + timedelta(seconds=passed)).send_due()
    Webhooks(lambda: start + timedelta(seconds=passed)).send_due()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
