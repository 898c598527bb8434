"""Two people who want the same extension at the same moment, at the real server with its real database."""

import http.client
import threading
from urllib.parse import urlencode

from centralka.store.models import SipAccount
from tests import cast
from tests.server import Server

from .conftest import session_of

ROUNDS = 15
_TOKEN = "x" * 32
_PASSWORD = "Mq7-tRw2-Zk9x"


def _add(server: Server, session: str, extension: str, start: threading.Barrier, answers: list[str]) -> None:
    body = urlencode(
        {
            "extension": extension,
            "name": "Biuro",
            "password": _PASSWORD,
            "confirmation": _PASSWORD,
            "shows": "real",
            "ring_timeout": "30",
            "caller_id": "restricted",
            "international": "inherit",
            "max_rate_inherited": "on",
        }
    )
    headers = {
        "Cookie": f"{server.session_cookie}={session}; {server.csrf_cookie}={_TOKEN}",
        "X-CSRFToken": _TOKEN,
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept-Language": "en",
    }
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.connect()
    start.wait()
    connection.request("POST", "/firma/kwiaty/konta-sip/dodaj", body, headers)
    response = connection.getresponse()
    answers.append(f"{response.status} {response.read().decode()}")
    connection.close()


def test_one_gets_the_extension_and_the_other_is_told_beside_the_field(server: Server, kwiaty: cast.Company) -> None:
    sessions = [session_of(kwiaty.owner), session_of(kwiaty.manager)]
    for number in range(ROUNDS):
        extension, start, answers = str(200 + number), threading.Barrier(2), list[str]()
        people = [threading.Thread(target=_add, args=(server, one, extension, start, answers)) for one in sessions]
        for one in people:
            one.start()
        for one in people:
            one.join()
        assert [answer[:3] for answer in answers] == ["200", "200"]
        refused = [answer for answer in answers if 'id="id_extension_error"' in answer]
        assert len(refused) == 1
        assert "This extension exists already." in refused[0]
        assert SipAccount.objects.filter(extension=extension).count() == 1
