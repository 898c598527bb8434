"""The block “Forwarding conditions” of an account: where calls that it does not take go, by condition."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, assert_never

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from centralka.calls.spelling import parse_number
from centralka.store.models import ExternalNumber, Forward, SipAccount

from ..errors import ProblemList
from .saving import Case, put, read

RETURN_AFTER_MIN, RETURN_AFTER_MAX = 5, 180
FORWARD_FIELDS = {condition: f"forward_{condition.value}" for condition in Forward.Condition}
"""The field of `SipAccountInput` that says what follows a condition."""


@dataclass(frozen=True, slots=True)
class ForwardChoice:
    """A target: an extension of the company, the account's own voicemail, or a saved number in any spelling."""

    kind: Literal["extension", "voicemail", "external"]
    extension: str = ""
    number: str = ""


@dataclass(frozen=True, kw_only=True)
class ForwardingInput:
    """The block as it is to be; the defaults are those of an empty form."""

    return_after: int = 30
    """Seconds that the target of a forward rings."""
    forward_no_answer: ForwardChoice | None = None
    """The forward when nobody answers; None: voicemail if it is on, else the call ends. So for the next two."""
    forward_busy: ForwardChoice | None = None
    forward_unavailable: ForwardChoice | None = None


_OWN = frozenset(FORWARD_FIELDS.values())
"""Fields that are rows of `Forward`, no columns."""
ForwardChoices = Mapping[Forward.Condition, ForwardChoice | None]
"""The forward that is wanted for each condition; None: no forward."""
CheckedForwards = Mapping[Forward.Condition, Forward | None]
"""The row that a save writes for each condition in question, not saved yet; None: no row."""


def of(account: SipAccount) -> ForwardingInput:
    """Read the block from the account; a choice whose target was deleted counts as no choice."""
    there = forwards_of(account)
    chosen: dict[str, Any] = {
        field: _choice(there[condition]) if condition in there else None for condition, field in FORWARD_FIELDS.items()
    }
    return ForwardingInput(**read(account, ForwardingInput, _OWN), **chosen)


def tidied(wanted: ForwardingInput) -> dict[str, Any]:
    """Strip white space around what was typed: it means nothing."""
    return {field: _tidy(getattr(wanted, field)) for field in FORWARD_FIELDS.values()}


def asks_for_targets(asked: Collection[str]) -> bool:
    """Tell whether one of these fields of `SipAccountInput` names a target."""
    return not _OWN.isdisjoint(asked)


def check(problems: ProblemList, wanted: ForwardingInput, case: Case, *, has_mailbox: bool) -> CheckedForwards:
    """Note what is wrong. Returns the rows that the choices ask for.

    Call it inside a transaction, with the company locked, if the case `holds` the targets: they stay as they are until
    it ends, and two people who save accounts that point at each other do not wait for each other.
    """
    problems.check(
        RETURN_AFTER_MIN <= wanted.return_after <= RETURN_AFTER_MAX,
        "return_after",
        "out_of_range",
        _("A forwarded call comes back after 5 to 180 seconds."),
    )
    choices = {condition: getattr(wanted, field) for condition, field in FORWARD_FIELDS.items()}
    _check_own_voicemail(problems, choices, has_mailbox)
    checks = _Checks(problems, case)
    return {
        condition: checks.forward(condition, choice)
        for condition, choice in choices.items()
        if FORWARD_FIELDS[condition] in case.asked
    }


def write(account: SipAccount, wanted: ForwardingInput) -> None:
    """Write the block to the account, which is not saved here; `write_forwards` writes the targets once it is."""
    put(account, wanted, ForwardingInput, _OWN)


def forwards_of(account: SipAccount) -> dict[str, Forward]:
    """Return the account's forwards by condition; a target that was deleted since is null there."""
    return {forward.condition: forward for forward in account.forwards.all()}


def forwards_to(account: SipAccount) -> list[Forward]:
    """Return the forwards of other accounts that point at this account."""
    return list(_with_owner(account.forwarded_from.all()))


def forwards_to_external(number: ExternalNumber) -> list[Forward]:
    """Return the forwards that point at a saved number."""
    return list(_with_owner(number.forwarded_from.all()))


def write_forwards(account: SipAccount, checked: CheckedForwards) -> None:
    """Write the checked forwards of the account; conditions that are not in question stay."""
    for condition, wanted in checked.items():
        if wanted is None:
            account.forwards.filter(condition=condition).delete()
        else:
            account.forwards.update_or_create(
                condition=condition,
                defaults={"kind": wanted.kind, "target": wanted.target, "external": wanted.external},
            )


def _tidy(choice: ForwardChoice | None) -> ForwardChoice | None:
    return choice and replace(choice, extension=choice.extension.strip(), number=choice.number.strip())


def _check_own_voicemail(problems: ProblemList, choices: ForwardChoices, has_mailbox: bool) -> None:
    """Note a problem if calls are to go to the account's voicemail while it is off."""
    for condition, choice in choices.items():
        problems.check(
            has_mailbox or choice is None or choice.kind != "voicemail",
            FORWARD_FIELDS[condition],
            "voicemail_off",
            _("The voicemail of this account is off. Turn it on, or choose something else."),
        )


@dataclass(frozen=True, slots=True)
class _Checks:
    problems: ProblemList
    case: Case

    def forward(self, condition: Forward.Condition, choice: ForwardChoice | None) -> Forward | None:
        if choice is None:
            return None
        kind, field = Forward.Kind(choice.kind), FORWARD_FIELDS[condition]
        match choice.kind:
            case "voicemail":
                return Forward(condition=condition, kind=kind)
            case "extension":
                return Forward(condition=condition, kind=kind, target=self._colleague(field, choice.extension))
            case "external":
                return Forward(condition=condition, kind=kind, external=self._saved(field, choice.number))
            case other:
                assert_never(other)

    def _colleague(self, field: str, extension: str) -> SipAccount | None:
        # The account itself may be about to change its extension: neither the old nor the new one is a target.
        found = self._accounts().filter(extension=extension.replace("\0", "")).first()
        itself = extension == self.case.extension or (found is not None and found == self.case.account)
        if self.problems.check(not itself, field, "itself", _("An account cannot forward to itself.")):
            self.problems.check(
                found is not None, field, "unknown", _("There is no such extension in the company. Choose another.")
            )
        return found

    def _accounts(self) -> QuerySet[SipAccount]:
        accounts = self.case.tenant.sip_accounts
        return accounts.select_for_update(no_key=True) if self.case.holds else accounts.all()

    def _numbers(self) -> QuerySet[ExternalNumber]:
        numbers = self.case.tenant.external_numbers
        return numbers.select_for_update(no_key=True) if self.case.holds else numbers.all()

    def _saved(self, field: str, number: str) -> ExternalNumber | None:
        e164 = parse_number(number)
        found = self._numbers().filter(e164=e164 or "").first()
        self.problems.check(
            found is not None,
            field,
            "not_saved",
            _("This number is not among the company's external numbers. Save it there first."),
        )
        return found


def _choice(forward: Forward) -> ForwardChoice | None:
    match Forward.Kind(forward.kind):
        case Forward.Kind.VOICEMAIL:
            return ForwardChoice("voicemail")
        case Forward.Kind.EXTENSION:
            return ForwardChoice("extension", extension=forward.target.extension) if forward.target else None
        case Forward.Kind.EXTERNAL:
            return ForwardChoice("external", number=forward.external.e164) if forward.external else None
        case other:
            assert_never(other)


def _with_owner(found: QuerySet[Forward]) -> Iterator[Forward]:
    yield from found.select_related("sip_account").order_by("sip_account__extension_number", "condition")
