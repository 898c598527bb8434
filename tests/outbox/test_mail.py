"""Mail through a real mail server: every message arrives, none twice, whatever the server does or dies of."""

import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils.translation import override
from pytest_django import Settings

from centralka.environment import MailServer as Where
from centralka.outbox.delivery import Letter
from centralka.outbox.mail import Post, way_out
from centralka.outbox.mail_folder import MailFolder
from centralka.outbox.smtp import Patience, SmtpWay
from centralka.store.mail import LEASE, claim, queue_test
from centralka.store.models import Mail, SipAccount
from tests import cast

from .mail_server import MailServer, free_port
from .mails import ADDRESS, NOON, mail, mailbox

HASTY = Patience(step=0.5, content=0.5, whole=20)
"""For servers that never answer; the others are waited for as in life."""
LOOK = timedelta(seconds=2)


class Clock:
    """Stands still unless it is moved."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


class Sender:
    """A worker's post, at a clock of its own."""

    def __init__(self, port: int, patience: Patience | None = None, **where: Any) -> None:
        self.clock = Clock()
        self.way = SmtpWay(Where("127.0.0.1", port, **where), patience=patience or Patience())
        self.post = Post(self.way, self.clock)

    def look(self, after: timedelta = LOOK) -> None:
        self.clock.now += after
        self.post.send_due()

    def look_for(self, time: timedelta) -> None:
        """As often as a worker looks, but every ten seconds."""
        end = self.clock.now + time
        while self.clock.now < end:
            self.look(timedelta(seconds=10))


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as made:
        yield made


@pytest.fixture
def sender(server: MailServer) -> Sender:
    return Sender(server.port)


@pytest.fixture
def account(kwiaty: cast.Company) -> SipAccount:
    return mailbox(kwiaty.tenant)


def state(made: Mail) -> tuple[str, int, str]:
    now = Mail.objects.get(pk=made.pk)
    return now.state, now.attempts, now.error


def ids(server: MailServer) -> list[str]:
    return [str(one["Message-ID"]) for one in server.received]


# -- In good order -----------------------------------------------------------------------------------------------------


def test_a_message_arrives_once_and_is_noted(server: MailServer, sender: Sender, account: SipAccount) -> None:
    made = mail(account)
    sender.look_for(timedelta(hours=1))
    assert server.subjects() == ["Wiadomość głosowa od: 600 100 200, 0:42"]
    (got,) = server.received
    assert (got["To"], [file.get_content_type() for file in got.iter_attachments()]) == (ADDRESS, ["audio/mpeg"])
    assert state(made) == ("sent", 1, "")
    assert Mail.objects.get().sent_at == NOON + timedelta(seconds=10)


def test_many_go_out_a_number_at_each_look(server: MailServer, sender: Sender, account: SipAccount) -> None:
    for _ in range(25):
        queue_test(account, NOON)
    sender.look()
    assert len(server.received) == 20
    sender.look()
    assert len(set(ids(server))) == len(server.received) == 25


def test_an_end_leaves_the_rest_for_the_next_worker(server: MailServer, account: SipAccount) -> None:
    for _ in range(3):
        queue_test(account, NOON)
    ends = iter([False, True])
    sender = Sender(server.port)
    Post(sender.way, sender.clock, lambda: next(ends)).send_due()
    assert len(server.received) == 1
    sender.look()
    assert len(set(ids(server))) == len(server.received) == 3


def test_a_slow_way_gives_the_worker_time_for_its_other_work(account: SipAccount) -> None:
    clock, got = Clock(), list[Letter]()

    class Slow:
        leaves = True

        def deliver(self, letter: Letter) -> None:
            clock.now += timedelta(seconds=40)
            got.append(letter)

    for _ in range(5):
        queue_test(account, NOON)
    Post(Slow(), clock).send_due()
    assert len(got) == 2


def test_a_big_recording_goes_through(server: MailServer, sender: Sender, account: SipAccount) -> None:
    made = mail(account)
    letter = Letter("a@kwiaty.example", ADDRESS, "x.eml", b"Subject: x\r\n\r\n" + b".line of a file\r\n" * 400_000)
    assert made.message
    sender.way.deliver(letter)
    assert server.received[0].get_content().replace("\r\n", "\n") == ".line of a file\n" * 400_000


# -- Refused -----------------------------------------------------------------------------------------------------------


def test_an_unknown_address_is_reported_and_not_tried_again(
    server: MailServer, sender: Sender, account: SipAccount
) -> None:
    server.to_recipient = {"nikt@kwiaty.example": "550 5.1.1 No such user here"}
    bad, good = mail(account, to="nikt@kwiaty.example"), mail(account)
    sender.look_for(timedelta(hours=2))
    assert state(bad) == ("failed", 1, "550 5.1.1 No such user here")
    assert state(good) == ("sent", 1, "")
    assert server.tried == ["nikt@kwiaty.example", ADDRESS]


def test_an_address_that_is_none_never_reaches_the_server(
    server: MailServer, sender: Sender, account: SipAccount
) -> None:
    bad, good = mail(account, to="nikt"), mail(account)
    sender.look()
    assert state(bad) == ("failed", 1, "To nie jest adres e-mail: nikt")
    assert state(good)[0] == "sent"
    assert server.tried == [ADDRESS]


def test_a_content_that_is_refused_is_reported_and_not_tried_again(
    server: MailServer, sender: Sender, account: SipAccount
) -> None:
    server.to_content = "554 5.7.1 Looks like spam"
    made = mail(account)
    sender.look_for(timedelta(hours=2))
    assert state(made) == ("failed", 1, "554 5.7.1 Looks like spam")


def test_a_mail_that_is_too_big_is_reported(server: MailServer, sender: Sender, account: SipAccount) -> None:
    server.to_sender = "552 5.3.4 Message too big"
    made = mail(account)
    sender.look()
    assert state(made) == ("failed", 1, "552 5.3.4 Message too big")


@pytest.mark.parametrize("answer", ["530 5.7.0 Authentication required", "550 5.7.1 Your host is blocked"])
def test_a_server_that_does_not_want_us_loses_no_mail(
    server: MailServer, sender: Sender, account: SipAccount, answer: str
) -> None:
    server.to_sender = answer
    first, second = mail(account), mail(account)
    sender.look()
    assert (state(first), state(second)) == (("queued", 1, answer), ("queued", 0, ""))
    server.to_sender = "250 OK"
    sender.look_for(timedelta(minutes=2))
    assert len(set(ids(server))) == len(server.received) == 2


# -- Not now -----------------------------------------------------------------------------------------------------------


def test_a_full_mailbox_elsewhere_is_tried_again_and_holds_up_nobody(
    server: MailServer, sender: Sender, account: SipAccount
) -> None:
    server.to_recipient = {"pelna@kwiaty.example": "451 4.2.2 Mailbox full, try later"}
    late, good = mail(account, to="pelna@kwiaty.example"), mail(account)
    sender.look()
    assert state(late) == ("queued", 1, "451 4.2.2 Mailbox full, try later")
    assert state(good) == ("sent", 1, "")
    server.to_recipient = "250 OK"
    sender.look(timedelta(seconds=20))
    assert state(late)[0] == "queued"
    sender.look(timedelta(seconds=10))
    assert state(late) == ("sent", 2, "")


def test_a_content_that_is_put_off_is_tried_again(server: MailServer, sender: Sender, account: SipAccount) -> None:
    server.to_content = "451 4.7.1 Greylisted"
    made = mail(account)
    sender.look()
    server.to_content = "250 OK"
    sender.look_for(timedelta(minutes=1))
    assert state(made) == ("sent", 2, "")


def test_after_an_hour_without_a_server_everything_arrives_once(account: SipAccount) -> None:
    server = MailServer()
    sender = Sender(server.port)
    made = [mail(account) for _ in range(8)]
    sender.look_for(timedelta(hours=1))
    assert {state(one)[0] for one in made} == {"queued"}
    assert "serwera poczty" in state(made[0])[2]
    with server:
        sender.look_for(timedelta(hours=1))
    assert len(set(ids(server))) == len(server.received) == 8
    assert {state(one)[0] for one in made} == {"sent"}


def test_a_server_that_is_away_is_tried_with_one_mail_at_a_time(account: SipAccount) -> None:
    sender = Sender(free_port())
    made = [mail(account) for _ in range(5)]
    sender.look()
    sender.look()
    assert sorted(state(one)[1] for one in made) == [0, 0, 0, 0, 1]
    sender.look(timedelta(seconds=30))
    assert sorted(state(one)[1] for one in made) == [0, 0, 0, 1, 1]


def test_a_clock_that_is_put_back_does_not_keep_mail_waiting(account: SipAccount) -> None:
    server = MailServer()
    sender = Sender(server.port)
    sender.clock.now += timedelta(days=400)
    mail(account)
    sender.look()
    with server:
        sender.clock.now = NOON
        sender.look()
    assert len(server.received) == 1


def test_in_the_middle_of_a_mail_the_server_hangs_up(server: MailServer, sender: Sender, account: SipAccount) -> None:
    """Whether it has the mail nobody knows; the second one is recognised as the same."""
    server.breaks_off = True
    made = mail(account)
    sender.look()
    assert state(made) == ("queued", 1, "Serwer poczty zerwał połączenie.")
    server.breaks_off = False
    sender.look_for(timedelta(minutes=1))
    assert state(made) == ("sent", 2, "")
    assert len(server.received) == 2
    assert len(set(ids(server))) == 1


# -- Servers that do not answer ----------------------------------------------------------------------------------------


def test_a_server_that_takes_a_mail_and_hangs_is_left(server: MailServer, account: SipAccount) -> None:
    server.hangs = True
    sender = Sender(server.port, HASTY)
    made = mail(account)
    sender.look()
    assert state(made) == ("queued", 1, "Serwer poczty nie odpowiada.")
    server.hangs = False
    sender.look_for(timedelta(minutes=1))
    assert state(made) == ("sent", 2, "")
    assert len(set(ids(server))) == 1


def test_a_server_that_never_greets_is_left(account: SipAccount) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        sender = Sender(silent.getsockname()[1], HASTY)
        made = mail(account)
        sender.look()
    assert state(made) == ("queued", 1, "Serwer poczty nie odpowiada.")


@contextmanager
def dribbler() -> Iterator[int]:
    """A server that greets for ever, a byte at a time: no single wait is long."""
    over = Event()

    def dribble() -> None:
        with closing(listening.accept()[0]) as line:
            while not over.wait(0.05):
                try:
                    line.sendall(b"2")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = Thread(target=dribble, daemon=True)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            over.set()
            thread.join(30)


def test_a_server_that_answers_too_slowly_is_left(account: SipAccount) -> None:
    with dribbler() as port:
        sender = Sender(port, Patience(whole=0.5))
        made = mail(account)
        sender.look()
    assert state(made)[:2] == ("queued", 1)


def test_a_process_that_is_to_end_does_not_wait_for_a_server(server: MailServer, account: SipAccount) -> None:
    server.hangs = True
    way = SmtpWay(Where("127.0.0.1", server.port), lambda: bool(server.received), Patience(ending=0.2))
    made = mail(account)
    Post(way, Clock()).send_due()
    assert state(made) == ("queued", 1, "Serwer poczty zerwał połączenie.")


# -- Workers that die --------------------------------------------------------------------------------------------------


def test_a_worker_that_died_after_the_mail_was_taken_sends_the_same_mail_again(
    server: MailServer, sender: Sender, account: SipAccount
) -> None:
    """Nobody can know that the mail server has it; whoever gets both sees one Message-ID."""
    made = mail(account)

    class Death(BaseException):
        pass

    class Deadly:
        leaves = True

        def deliver(self, letter: Letter) -> None:
            sender.way.deliver(letter)
            raise Death

    with pytest.raises(Death):
        Post(Deadly(), sender.clock).send_due()
    sender.look_for(LEASE - timedelta(minutes=1))
    assert len(server.received) == 1
    sender.look_for(timedelta(minutes=2))
    assert state(made) == ("sent", 2, "")
    assert len(server.received) == 2
    assert len(set(ids(server))) == 1


def test_a_worker_that_died_before_it_sent_leaves_the_mail_to_the_next(
    server: MailServer, sender: Sender, account: SipAccount
) -> None:
    made = mail(account)
    assert claim(made.pk, NOON)
    sender.look_for(LEASE + timedelta(minutes=1))
    assert (state(made), len(server.received)) == (("sent", 2, ""), 1)


@pytest.mark.django_db(transaction=True)
def test_what_could_not_be_noted_is_noted_later_and_not_sent_again(
    transactional_db: None, server: MailServer, sender: Sender
) -> None:
    """The database went away just after the mail server had taken the mail."""
    made = mail(mailbox(cast.alicjas_company().tenant))

    def away(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if server.received and "UPDATE" in sql:
            raise OperationalError("the database is away")
        return execute(sql, *rest)

    with connection.execute_wrapper(away):
        for _ in range(2):
            with pytest.raises(OperationalError):
                sender.look(LEASE)
    assert state(made)[0] == "queued"
    sender.look(LEASE)
    assert (state(made)[0], len(server.received)) == ("sent", 1)


def test_a_mail_that_meets_a_fault_of_ours_is_reported_and_holds_up_nobody(account: SipAccount) -> None:
    odd, good = mail(account, to="inna@kwiaty.example"), mail(account)

    class Odd:
        leaves = True

        def deliver(self, letter: Letter) -> None:
            if letter.to != ADDRESS:
                raise RuntimeError("nobody thought of this")

    Post(Odd(), Clock()).send_due()
    assert state(good) == ("sent", 1, "")
    assert state(odd) == ("queued", 1, "Centrala nie mogła przygotować tej wiadomości; powód jest w jej dzienniku.")


# -- Encryption and passwords ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate of 127.0.0.1 that nobody has signed, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    made, key = folder / "certificate.pem", folder / "key.pem"
    options = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(
        ["openssl", "req", "-x509", *options, *subject, "-keyout", str(key), "-out", str(made)],
        check=True,
        capture_output=True,
    )
    return made, key


@pytest.fixture
def tls(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    return context


@pytest.fixture
def trusted(certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine trusts the certificate."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))


def test_a_server_that_offers_encryption_gets_mail_encrypted(tls: ssl.SSLContext, account: SipAccount) -> None:
    with MailServer(tls=tls) as server:
        made = mail(account)
        Sender(server.port).look()
    assert (state(made)[0], server.encrypted) == ("sent", [True])


def test_a_server_that_does_not_offer_encryption_gets_none_where_it_is_required(
    server: MailServer, account: SipAccount
) -> None:
    made = mail(account)
    Sender(server.port, starttls_required=True).look()
    assert (state(made)[:2], server.received) == (("queued", 1), [])


def test_required_encryption_needs_a_certificate_that_is_trusted(tls: ssl.SSLContext, account: SipAccount) -> None:
    with MailServer(tls=tls) as server:
        made = mail(account)
        Sender(server.port, starttls_required=True).look()
    assert "certificate verify failed" in state(made)[2]
    assert server.received == []


@pytest.mark.usefixtures("trusted")
def test_a_trusted_server_gets_mail_where_encryption_is_required(tls: ssl.SSLContext, account: SipAccount) -> None:
    with MailServer(tls=tls) as server:
        made = mail(account)
        Sender(server.port, starttls_required=True).look()
    assert (state(made)[0], server.encrypted) == ("sent", [True])


@pytest.mark.usefixtures("trusted")
def test_smtps_is_encrypted_from_the_first_byte_on(tls: ssl.SSLContext, account: SipAccount) -> None:
    with MailServer(tls=tls, from_the_first_byte=True) as server:
        made = mail(account)
        Sender(server.port, tls=True).look()
    assert (state(made)[0], server.encrypted) == ("sent", [True])


def test_a_password_is_not_given_to_somebody_who_cannot_prove_who_he_is(
    tls: ssl.SSLContext, account: SipAccount
) -> None:
    with MailServer(tls=tls, password="Zielony-Rower-77") as server:
        made = mail(account)
        Sender(server.port, user="centrala", password="Zielony-Rower-77").look()
    assert "certificate verify failed" in state(made)[2]


@pytest.mark.usefixtures("trusted")
def test_with_the_right_password_mail_is_taken(tls: ssl.SSLContext, account: SipAccount) -> None:
    with MailServer(tls=tls, password="Zielony-Rower-77") as server:
        made = mail(account)
        Sender(server.port, user="centrala", password="Zielony-Rower-77").look()
    assert (state(made)[0], server.encrypted) == ("sent", [True])


def test_a_wrong_password_loses_no_mail_and_is_not_told(account: SipAccount) -> None:
    with MailServer(password="Zielony-Rower-77") as server:
        made = mail(account)
        Sender(server.port, user="centrala", password="Czerwony-Rower-77").look()
    now, _tries, error = state(made)
    assert (now, error[:3], "Czerwony" in error) == ("queued", "535", False)


# -- Files -------------------------------------------------------------------------------------------------------------


def test_without_a_server_mails_are_files(tmp_path: Path, account: SipAccount) -> None:
    mail(account)
    Post(MailFolder(tmp_path / "mail"), Clock()).send_due()
    (file,) = (tmp_path / "mail").iterdir()
    assert (file.suffix, file.stat().st_mode & 0o777) == (".eml", 0o600)
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert b"To: " + ADDRESS.encode() in file.read_bytes()


def test_a_mail_that_became_a_file_is_not_called_sent(tmp_path: Path, account: SipAccount) -> None:
    made = mail(account)
    Post(MailFolder(tmp_path), Clock()).send_due()
    assert state(made) == ("filed", 1, "")
    assert Mail.objects.get().sent_at is None
    with override("pl"):
        assert Mail.objects.get().get_state_display() == "Zapisana do pliku: nie ustawiono serwera poczty"


def test_a_mail_that_is_written_twice_is_one_file(tmp_path: Path, account: SipAccount) -> None:
    made, clock = mail(account), Clock()
    Post(MailFolder(tmp_path), clock).send_due()
    Mail.objects.filter(pk=made.pk).update(state="queued", next_at=NOON)
    Post(MailFolder(tmp_path), clock).send_due()
    assert len(list(tmp_path.iterdir())) == 1


def test_a_full_disk_loses_no_mail(account: SipAccount) -> None:
    """`/dev/full` is a disk without room."""
    made, clock = mail(account), Clock()
    Post(MailFolder(Path("/dev/full")), clock).send_due()
    assert state(made)[:2] == ("queued", 1)


def test_the_settings_say_which_way_mail_goes(settings: Settings, tmp_path: Path) -> None:
    settings.SMTP, settings.MAIL_FOLDER = None, tmp_path
    assert way_out(lambda: False) == MailFolder(tmp_path)
    settings.SMTP = Where("mail.kwiaty.example", 25)
    way = way_out(lambda: False)
    assert isinstance(way, SmtpWay)
    assert way.server == settings.SMTP
