"""The choices, list by list: which of them fit a text, and which one a text means."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from centralka.actions.actor import Actor
from centralka.actions.checks.search import named, numbered
from centralka.actions.external_numbers import external_numbers
from centralka.actions.numbers import own_numbers
from centralka.calls.spelling import grouped, parse_number
from centralka.store.models import ExternalNumber, Number, SipAccount

FEW = 40
"""The most that fit into a list that is simply drawn; more are sought."""
MOST = 20
"""The most that are shown at once."""


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose: the value that is saved and the words for it."""

    value: str
    label: str


class Source(ABC):
    """One of the company's lists."""

    free = False
    """A text that is not in the list can stand in the field too."""

    def __init__(self, actor: Actor, but: int | None = None) -> None:
        """`but`: the id of an account that is no choice."""
        self.actor, self.but = actor, but

    @property
    @abstractmethod
    def is_long(self) -> bool:
        """Tell whether there is more than a drawn list should hold."""

    def fixed(self) -> list[Option]:
        """Return what can be chosen whatever is typed, before the rest."""
        return []

    @abstractmethod
    def found(self, text: str) -> Iterator[Option]:
        """Return what fits a text, in order; everything if it is empty."""

    @abstractmethod
    def exact(self, text: str) -> Option | None:
        """Return what a text names without doubt: an extension, a number, or the words that the list shows."""

    @abstractmethod
    def label(self, value: str) -> str | None:
        """Return the words for a value in the list; None for another value."""

    def offered(self, text: str) -> list[Option]:
        """Return what a browser shows for a text; one more than `MOST` if there is more."""
        fixed = [option for option in self.fixed() if text.casefold() in option.label.casefold()]
        return list(islice(chain(fixed, self.found(text)), MOST + 1))

    def accounts(self) -> QuerySet[SipAccount]:
        """Return the company's accounts, by extension, without the one that is no choice."""
        found = self.actor.tenant.sip_accounts.order_by("extension_number")
        return found if self.but is None else found.exclude(pk=self.but)

    def account_named(self, text: str) -> SipAccount | None:
        """Find the account whose extension begins the text: `11`, `11 – Księgowość (kwiaty_11)`."""
        return self.accounts().filter(extension=extension_in(text)).first()


def extension_in(text: str) -> str:
    """Return the text before the first blank, if it is digits."""
    first = text.split()[0] if text.split() else ""
    return first if first.isascii() and first.isdigit() else ""


def accounts_like(found: QuerySet[SipAccount], text: str) -> QuerySet[SipAccount]:
    """Find accounts with the text in their name, or at the beginning of their extension."""
    return found.filter(named("name", text) | Q(extension__startswith=text)) if text else found


def numbers_like(found: QuerySet[Number], text: str) -> QuerySet[Number]:
    """Find numbers with the digits of the text."""
    return found.filter(numbered("e164", text)) if text else found


def number_in(text: str) -> str | None:
    """Read the number that begins the text, in E.164: `600 100 200`, `600 100 200 (Taksówki)`."""
    return parse_number(text.partition(" (")[0])


class Accounts(Source):
    """The company's accounts, by extension; the value is the extension."""

    @property
    def is_long(self) -> bool:
        return self.accounts()[FEW : FEW + 1].exists()

    def found(self, text: str) -> Iterator[Option]:
        return (self._option(account) for account in accounts_like(self.accounts(), text)[: MOST + 1])

    def exact(self, text: str) -> Option | None:
        account = self.account_named(text)
        return self._option(account) if account else None

    def label(self, value: str) -> str | None:
        option = self.exact(value) if extension_in(value) == value else None
        return option.label if option else None

    def _option(self, account: SipAccount) -> Option:
        return Option(account.extension, f"{account.extension} – {account.name}")


class RingsAt(Accounts):
    """Targets of a public number: an account, or none."""

    def fixed(self) -> list[Option]:
        return [Option("", _("Nowhere: no such number"))]


class Callers(Accounts):
    """The callers to choose from for a call plan: no fax account, which calls nobody."""

    def accounts(self) -> QuerySet[SipAccount]:
        return super().accounts().filter(kind=SipAccount.Kind.VOICE)

    OUTSIDE = "outside"

    def fixed(self) -> list[Option]:
        return [Option(self.OUTSIDE, _("Somebody outside"))]


class Callees(Source):
    """The numbers that can be dialled: the company's numbers and extensions, and whatever else is typed."""

    free = True

    @property
    def is_long(self) -> bool:
        return self.accounts().count() + own_numbers(self.actor).count() > FEW

    def found(self, text: str) -> Iterator[Option]:
        numbers = numbers_like(own_numbers(self.actor), text)[: MOST + 1]
        accounts = accounts_like(self.accounts(), text)[: MOST + 1]
        yield from (Option(number.e164, grouped(number.e164)) for number in numbers)
        yield from (Option(account.extension, f"{account.extension} – {account.name}") for account in accounts)

    def exact(self, text: str) -> Option | None:
        account = self.account_named(text) if " – " in text else None
        return Option(account.extension, text) if account else None

    def label(self, value: str) -> str | None:
        return None if " – " in value else value


class CallerIds(Source):
    """The caller IDs that people outside can see: one of the company's numbers, or none."""

    RESTRICTED = "restricted"

    @property
    def is_long(self) -> bool:
        return own_numbers(self.actor)[FEW : FEW + 1].exists()

    def fixed(self) -> list[Option]:
        return [Option(self.RESTRICTED, _("Restricted number"))]

    def found(self, text: str) -> Iterator[Option]:
        return (Option(number.e164, grouped(number.e164)) for number in self._like(text))

    def _like(self, text: str) -> QuerySet[Number]:
        return numbers_like(own_numbers(self.actor), text)[: MOST + 1]

    def exact(self, text: str) -> Option | None:
        e164 = number_in(text)
        return Option(e164, grouped(e164)) if e164 and self._has(e164) else None

    def label(self, value: str) -> str | None:
        return grouped(value) if self._has(value) else None

    def _has(self, e164: str) -> bool:
        return own_numbers(self.actor).filter(e164=e164).exists()


class Targets(Source):
    """Targets of an account's forward: a colleague, a saved number, its own voicemail, or none."""

    VOICEMAIL = "voicemail"
    EXTENSION, EXTERNAL = "extension:", "external:"

    @property
    def is_long(self) -> bool:
        return self.accounts().count() + external_numbers(self.actor).count() > FEW

    def fixed(self) -> list[Option]:
        return [Option("", _("Do not forward")), Option(self.VOICEMAIL, _("Voicemail of this account"))]

    def found(self, text: str) -> Iterator[Option]:
        yield from map(self.of_account, accounts_like(self.accounts(), text)[: MOST + 1])
        outside = external_numbers(self.actor)
        fits = outside.filter(named("name", text) | numbered("e164", text)) if text else outside
        yield from map(self.of_number, fits[: MOST + 1])

    def exact(self, text: str) -> Option | None:
        saved = self._saved(number_in(text))
        if saved:
            return self.of_number(saved)
        account = self.account_named(text)
        return self.of_account(account) if account else None

    def label(self, value: str) -> str | None:
        kind, _colon, which = value.partition(":")
        if f"{kind}:" == self.EXTERNAL:
            saved = self._saved(which)
            return self.of_number(saved).label if saved else None
        account = self.accounts().filter(extension=which).first() if f"{kind}:" == self.EXTENSION else None
        return self.of_account(account).label if account else None

    def _saved(self, e164: str | None) -> ExternalNumber | None:
        return external_numbers(self.actor).filter(e164=e164).first() if e164 else None

    def of_account(self, account: SipAccount) -> Option:
        return Option(f"{self.EXTENSION}{account.extension}", f"{account.extension} – {account.name} ({account.login})")

    def of_number(self, number: ExternalNumber) -> Option:
        return Option(f"{self.EXTERNAL}{number.e164}", f"{grouped(number.e164)} ({number.name})")


SOURCES: dict[str, type[Source]] = {
    "przekierowanie": Targets,
    "prezentacja": CallerIds,
    "dzwoni-u": RingsAt,
    "kto": Callers,
    "do-kogo": Callees,
}
"""Each list by its part of the address."""
