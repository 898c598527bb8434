"""The settings that a desk phone fetches by itself: who is given them, and what they say (docs/decisions/0042).

The password is made while the file is: it is nowhere before, and afterwards only its digest is kept.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from centralka.calls.voicemail import MAILBOX
from centralka.store.models import Device, SettingsFetch, SipAccount

from .account.passwords import digest_of, generate_password
from .errors import NotFound
from .sip_server import sip_addresses

MOST_KEYS = 20
"""Keys for colleagues; phones with fewer of them leave the rest out."""
FETCHES_KEPT = 30
"""Rows of each device's log."""
_TOKEN_LENGTH = 24
# Typed into a phone's page: none that is mistaken for another.
_TOKEN_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # noqa: S105 (letters)
_MAC = re.compile(r"(?<![0-9a-f])[0-9a-f]{2}(?:[:.-]?[0-9a-f]{2}){5}(?![0-9a-f])")
# How each asks (its manual for provisioning): Snom with its model before the MAC, in capitals.
_FILES = {
    Device.Maker.YEALINK: r"{mac}\.cfg",
    Device.Maker.GRANDSTREAM: r"cfg{mac}(\.xml)?",
    Device.Maker.SNOM: r"(snom[a-z0-9]*-)?{mac}\.(htm|xml)",
    Device.Maker.FANVIL: r"{mac}\.(cfg|xml)",
}
APPS_FILE = "linphone.xml"
LINK_GOOD_FOR = timedelta(hours=1)
"""An app's link, which stands in a picture on a screen."""
# Without a maker of its own in the list a MAC is no mistake: makers get new ones.
FIRST_OF_MACS = {
    Device.Maker.YEALINK: ("001565", "805ec0", "805e0c", "249ad8", "44dbd2", "c4fc22"),
    Device.Maker.GRANDSTREAM: ("000b82", "c074ad", "ec74d7"),
    Device.Maker.SNOM: ("000413",),
    Device.Maker.FANVIL: ("0c383e", "00a859"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for settings. `host`: at which it came; it may be the name of the server, too."""

    token: str = field(repr=False)
    file: str
    user_agent: str
    address: str
    host: str


@dataclass(frozen=True, slots=True)
class Key:
    """A key with a lamp for a colleague."""

    position: int
    extension: str
    name: str


@dataclass(frozen=True, slots=True)
class PhoneSettings:
    """The settings that the phone is told. `password`: "" where it was taken before; the phone keeps the one that it
    has."""

    maker: Device.Maker
    label: str
    login: str
    authentication_name: str
    password: str = field(repr=False)
    digest: str = field(repr=False)
    """That of the password and the authentication name, for an app that needs no more; "" as the password."""
    server: str
    port: int
    encrypted: bool
    mailbox: str
    polish: bool
    keys: tuple[Key, ...]


def new_address() -> tuple[str, str]:
    """Return what stands in a phone's address, and the digest that is kept of it."""
    token = "".join(secrets.choice(_TOKEN_LETTERS) for _ in range(_TOKEN_LENGTH))
    return token, digest_of_token(token)


def settings_address(site: str, device: Device, token: str) -> str:
    """Return the address from which a device fetches its settings. `site`: how we are reached, https://… ."""
    return f"{site}/tel/{token}/{APPS_FILE if device.settings_until else ''}"


def digest_of_token(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def mac_in(text: str) -> str:
    """Return the first MAC address in a text as 12 hexadecimal digits; "": there is none."""
    found = _MAC.search(text.lower())
    return re.sub("[^0-9a-f]", "", found[0]) if found else ""


def fetch_settings(asked: Asked, now: datetime) -> PhoneSettings | None:
    """Give the settings to the phone that the address was made for; None: it is refused, with a line in its log.

    Raises NotFound where no phone ever had this address.
    """
    digest = digest_of_token(asked.token)
    with transaction.atomic():
        rows = Device.objects.select_for_update(of=("self",)).select_related("sip_account__tenant")
        device = rows.filter(Q(token_digest=digest) | Q(token_before=digest)).first()
        if device is None:
            raise NotFound
        if refusal := _refusal(device, digest, asked, now):
            _note(device, refusal, asked, now)
            return None
        password = _new_password(device)
        if device.settings_until and not password:
            _note(device, SettingsFetch.Answer.TAKEN, asked, now)
            return None
        given = SettingsFetch.Answer.WITH_PASSWORD if password else SettingsFetch.Answer.WITHOUT_PASSWORD
        _note(device, given, asked, now)
        return _settings(device, password, asked.host)


def _refusal(device: Device, digest: str, asked: Asked, now: datetime) -> SettingsFetch.Answer | None:
    if device.token_digest != digest or device.revoked_at is not None:
        return SettingsFetch.Answer.OLD_ADDRESS
    return _refusal_of_app(device, asked, now) if device.settings_until else _refusal_of_phone(device, asked)


def _refusal_of_app(device: Device, asked: Asked, now: datetime) -> SettingsFetch.Answer | None:
    if asked.file != APPS_FILE:
        return SettingsFetch.Answer.OTHER_FILE
    # What an app calls itself when it asks differs by system; what a browser does is well known.
    if "mozilla" in asked.user_agent.lower():
        return SettingsFetch.Answer.OTHER_MAKER
    if not device.password_due:
        return SettingsFetch.Answer.TAKEN
    return None if device.settings_until and now < device.settings_until else SettingsFetch.Answer.EXPIRED


def _refusal_of_phone(device: Device, asked: Asked) -> SettingsFetch.Answer | None:
    pattern = _FILES[Device.Maker(device.maker)].format(mac=device.mac)
    if not re.fullmatch(pattern, asked.file, re.IGNORECASE | re.ASCII):
        return SettingsFetch.Answer.OTHER_FILE
    if device.maker not in asked.user_agent.lower():
        return SettingsFetch.Answer.OTHER_MAKER
    if mac_in(asked.user_agent) not in ("", device.mac):
        return SettingsFetch.Answer.OTHER_MAC
    return None


def _note(device: Device, answer: SettingsFetch.Answer, asked: Asked, now: datetime) -> None:
    """Note in the device's log that somebody asked; what was asked alike before is counted."""
    alike = {
        "answer": answer,
        "address": _short(asked.address, 45),
        "user_agent": _short(asked.user_agent, 200),
        "file": _short(asked.file, 100),
    }
    if not device.fetches.filter(**alike).update(times=F("times") + 1, last_at=now):
        device.fetches.create(first_at=now, last_at=now, **alike)
        old = device.fetches.order_by("-last_at", "-id").values_list("pk", flat=True)[FETCHES_KEPT:]
        device.fetches.filter(pk__in=list(old)).delete()


def _short(text: str, most: int) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in text[:most])


def _settings(device: Device, password: str, host: str) -> PhoneSettings:
    account = device.sip_account
    encrypted = account.media_encryption != SipAccount.MediaEncryption.OFF
    # A mobile phone that sleeps is reached better over TCP.
    wanted = "tls" if encrypted else "tcp" if device.settings_until else "udp"
    server = next(one for one in sip_addresses(host) if one.transport == wanted)
    return PhoneSettings(
        maker=Device.Maker(device.maker),
        label=account.name or account.extension,
        login=account.login,
        authentication_name=device.username,
        password=password,
        digest=digest_of(device.username, password) if password else "",
        server=server.host,
        port=server.port,
        encrypted=encrypted,
        mailbox=MAILBOX if account.voicemail_enabled else "",
        polish=account.tenant.language == "pl",
        keys=_keys(account),
    )


def _new_password(device: Device) -> str:
    """Make the device's password if one is due: from now on it is good, and none before it. "": none was due."""
    password = generate_password()
    digest = digest_of(device.username, password)
    due = Device.objects.filter(pk=device.pk, password_due=True, revoked_at=None)
    # Of two phones that ask at once one gets it.
    return password if due.update(digest=digest, password_due=False) else ""


def _keys(account: SipAccount) -> tuple[Key, ...]:
    others = account.tenant.sip_accounts.filter(kind=SipAccount.Kind.VOICE).exclude(pk=account.pk)
    found = others.order_by("extension_number", "id").values_list("extension", "name")[:MOST_KEYS]
    # The first key is the phone's own line.
    return tuple(Key(position, *each) for position, each in enumerate(found, start=2))
