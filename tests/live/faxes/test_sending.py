"""Documents are sent by fax: to the public network and to colleagues, dot by dot, whatever dies meanwhile."""

import json
import sqlite3
import urllib.request
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from PIL import Image

from tests.documents import a_pdf
from tests.faxes import is_same
from tests.live.phones import until

from .fax_machine import faxes_by_way
from .office import EXTENSION, FAX_SECONDS, FaxOffice, fax_office, pages_in

MACHINE, BUSY, ECHO = "221112205", "221112201", "221112204"
TWO = a_pdf([["0 g 100 100 300 300 re f"], ["0.5 g 300 500 60 60 re f", "0 g 30 30 400 9 re f"]])
_BUSY_PAGE = [f"0 g {number * 37 % 590} {number * 91 % 830} 9 5 re f" for number in range(1, 900)]
LONG = a_pdf([_BUSY_PAGE] * 3)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaxOffice]:
    with fax_office(tmp_path_factory.mktemp("sent-faxes")) as made:
        yield made


def upload(office: FaxOffice, file: bytes) -> int:
    """Returns the id of the document."""
    frame = "a-frame"
    head = f'--{frame}\r\nContent-Disposition: form-data; name="file"; filename="Umowa.pdf"\r\n\r\n'.encode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{office.house.http_port}/api/v1/fax-documents",
        method="POST",
        data=head + file + f"\r\n--{frame}--\r\n".encode(),
        headers={
            "Authorization": f"Bearer {office.house.demo['api_token']}",
            "Content-Type": f"multipart/form-data; boundary={frame}",
        },
    )
    with urllib.request.urlopen(request, timeout=200) as answer:
        made: int = json.loads(answer.read())["id"]
    return made


def send(office: FaxOffice, document: int, *to: str, from_: str = "100") -> list[int]:
    made = office.house.api("POST", "/sent-faxes", {"document": document, "from": from_, "to": list(to)})
    assert made.status == 201, made
    return [one["id"] for one in made.body["items"]]


def told(office: FaxOffice, fax: int) -> dict[str, Any]:
    found: dict[str, Any] = office.house.api("GET", f"/sent-faxes/{fax}").body
    return found


def is_over(office: FaxOffice, fax: int) -> dict[str, Any] | None:
    found = told(office, fax)
    return found if found["state"] not in ("queued", "dialling", "sending") else None


def sent_pages(office: FaxOffice, document: int) -> list[Image.Image]:
    """As they lie in the database for the engine."""
    with sqlite3.connect(f"file:{office.house.home / 'centralka.sqlite3'}?mode=ro", uri=True) as database:
        (tiff,) = database.execute("SELECT tiff FROM fax_document_file WHERE document_id = ?", [document]).fetchone()
    file = office.folder / f"{document}.tif"
    file.write_bytes(tiff)
    return pages_in(str(file))


def same(got: list[Image.Image], sent: list[Image.Image]) -> bool:
    return len(got) == len(sent) and all(is_same(one, other) for one, other in zip(got, sent, strict=True))


def test_a_document_goes_out_and_to_a_colleague_and_each_is_a_call_that_is_charged(office: FaxOffice) -> None:
    before = len(office.carrier.ended())
    document = upload(office, TWO)
    outside, inside = send(office, document, MACHINE, EXTENSION)
    for fax in (outside, inside):
        until(lambda fax=fax: is_over(office, fax), FAX_SECONDS, "it is over")  # type: ignore[misc]
    pages = sent_pages(office, document)
    for fax in (outside, inside):
        found = told(office, fax)
        assert (found["state"], found["reason"], found["pages_sent"], len(found["tries"])) == ("done", "done", 2, 1)
    (ended,) = until(lambda: office.carrier.ended()[before:], 30, "the carrier tells the end")
    assert (ended["fax_status"], ended["fax_pages"]) == ("SUCCESS", "2")
    assert same(pages_in(ended["fax_file"]), pages)
    (came,) = until(lambda: office.from_("100"), 30, "the colleague has it")
    assert office.has(came, pages)
    call = until(
        lambda: (
            (one := office.house.api("GET", f"/calls/{told(office, outside)['tries'][0]['call']}").body)["ended_at"]
            and one
        ),
        30,
        "the call is on record",
    )
    assert (call["from"], call["to"], call["direction"], call["outcome"]) == ("100", "+48221112205", "out", "answered")
    assert Decimal(call["price"]) > 0
    assert [leg["to"] for leg in call["legs"]] == ["+48221112205"]
    assert faxes_by_way(office.house.engine_says("fax show stats"))["T.38"] == 1, "the carrier can do it"


def pages_gone(office: FaxOffice, fax: int) -> bool:
    found = told(office, fax)
    return bool(found["state"] == "sending" and found["pages_sent"])


def test_a_busy_number_waits_for_another_try_and_a_person_is_no_fax_machine(office: FaxOffice) -> None:
    document = upload(office, TWO)
    busy, person = send(office, document, BUSY, ECHO)
    until(lambda: told(office, busy)["reason"], 60, "it was tried")
    found = told(office, busy)
    assert (found["state"], found["reason"], len(found["tries"])) == ("queued", "busy", 1)
    assert datetime.fromisoformat(found["next_at"]) > datetime.fromisoformat(found["tries"][0]["ended_at"])
    assert office.house.api("POST", f"/sent-faxes/{busy}/cancel").body["state"] == "cancelled"
    found = until(lambda: is_over(office, person), FAX_SECONDS, "it is over")
    assert (found["state"], found["reason"], found["pages_sent"]) == ("failed", "no_fax", 0)


def test_a_fax_arrives_once_when_the_switchboard_and_the_worker_die_meanwhile(office: FaxOffice) -> None:
    before = len(faxes_of(office))
    document = upload(office, LONG)
    (fax,) = send(office, document, MACHINE)
    until(lambda: pages_gone(office, fax), FAX_SECONDS, "one page is sent, and more are to come")
    for name in ("switchboard", "worker"):
        office.house.wait_for_another(name, office.house.kill(name))
    found = until(lambda: is_over(office, fax), FAX_SECONDS, "it is over")
    assert (found["state"], found["pages_sent"], len(found["tries"])) == ("done", 3, 1)
    (ended,) = until(lambda: faxes_of(office)[before:], 30, "the carrier tells the end")
    assert same(pages_in(ended["fax_file"]), sent_pages(office, document))
    assert charges_of(office, found) == 1


def test_a_fax_is_not_sent_again_by_itself_when_the_engine_dies_while_it_goes_out(office: FaxOffice) -> None:
    (fax,) = send(office, upload(office, LONG), MACHINE)
    until(lambda: pages_gone(office, fax), FAX_SECONDS, "one page is sent, and more are to come")
    office.house.wait_for_another("engine", office.house.kill("engine"))
    found = until(lambda: is_over(office, fax), 120, "it is over")
    assert (found["state"], found["reason"], len(found["tries"])) == ("unknown", "unknown", 1)
    assert found["pages_sent"] >= 1
    assert charges_of(office, found) == 1


def faxes_of(office: FaxOffice) -> list[dict[str, Any]]:
    """The calls to the fax receiver outside that have ended."""
    return [one for one in office.carrier.ended() if one["behaviour"] == "fax"]


def charges_of(office: FaxOffice, fax: dict[str, Any]) -> int:
    """How many bookings the call of its only try has."""
    (tried,) = fax["tries"]
    until(lambda: office.house.api("GET", f"/calls/{tried['call']}").body["ended_at"], 60, "the call is on record")
    bookings = office.house.rows("ledger_entry")
    return sum(1 for row in bookings if row["key"].startswith(f"call:{tried['call']}:"))
