"""Where calls go that an account does not take: one choice for each condition, checked when the account is saved."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, assert_never

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from centralka.calls.spelling import parse_number
from centralka.store.models import ExternalNumber, Forward, SipAccount, Tenant

from ..errors import ProblemList

RETURN_AFTER_MIN, RETURN_AFTER_MAX = 5, 180
FORWARD_FIELDS = {condition: f"forward_{condition.value}" for condition in Forward.Condition}
"""The field of `SipAccountInput` that says what follows a condition."""


@dataclass(frozen=True, slots=True)
class ForwardChoice:
    """A target: an extension of the company, the account's own voicemail, or a saved number in any spelling."""

    kind: Literal["extension", "voicemail", "external"]
    extension: str = ""
    number: str = ""


ForwardChoices = Mapping[Forward.Condition, ForwardChoice | None]
"""What is wanted for each condition; None: nothing."""
CheckedForwards = Mapping[Forward.Condition, Forward | None]
"""What a save writes for each condition that is in question: a row that is not saved yet, or (None) no row."""


def choices_in(values: Mapping[str, Any]) -> dict[Forward.Condition, ForwardChoice | None]:
    """The choices among the fields of a `SipAccountInput`; conditions that are not there are left out."""
    return {condition: values[field] for condition, field in FORWARD_FIELDS.items() if field in values}


def current_choices(account: SipAccount) -> dict[str, ForwardChoice | None]:
    """The account's choices by field of `SipAccountInput`; one whose target was deleted counts as none."""
    there = forwards_of(account)
    return {
        field: _choice(there[condition]) if condition in there else None for condition, field in FORWARD_FIELDS.items()
    }


def forwards_of(account: SipAccount) -> dict[str, Forward]:
    """The account's forwards by condition; a target that was deleted since is null there."""
    return {forward.condition: forward for forward in account.forwards.all()}


def forwards_to(account: SipAccount) -> list[Forward]:
    """The forwards of other accounts that point at this one."""
    return list(_with_owner(account.forwarded_from.all()))


def forwards_to_external(number: ExternalNumber) -> list[Forward]:
    """The forwards that point at a saved number."""
    return list(_with_owner(number.forwarded_from.all()))


def check_return_after(problems: ProblemList, seconds: int) -> None:
    problems.check(
        RETURN_AFTER_MIN <= seconds <= RETURN_AFTER_MAX,
        "return_after",
        "out_of_range",
        _("A forwarded call comes back after 5 to 180 seconds."),
    )


def check_own_voicemail(problems: ProblemList, choices: ForwardChoices, *, enabled: bool) -> None:
    """Calls can go to the account's voicemail only while that is on."""
    for condition, choice in choices.items():
        problems.check(
            enabled or choice is None or choice.kind != "voicemail",
            FORWARD_FIELDS[condition],
            "voicemail_off",
            _("The voicemail of this account is off. Turn it on, or choose something else."),
        )


def checked_forwards(
    problems: ProblemList, tenant: Tenant, choices: ForwardChoices, *, extension: str, account: SipAccount | None
) -> dict[Forward.Condition, Forward | None]:
    """The rows that the choices ask for; what is wrong with a choice goes into `problems`.

    `extension`: what the account's is to be; `account`: None for a new one. Inside a transaction, in which the targets
    stay as they are. The company must be locked, so that two who save accounts that point at each other do not wait
    for each other.
    """
    checks = _Checks(problems, tenant, extension, account)
    return {condition: checks.forward(condition, choice) for condition, choice in choices.items()}


def write_forwards(account: SipAccount, checked: CheckedForwards) -> None:
    """Make the account's forwards what was checked; conditions that are not in question stay."""
    for condition, wanted in checked.items():
        if wanted is None:
            account.forwards.filter(condition=condition).delete()
        else:
            account.forwards.update_or_create(
                condition=condition,
                defaults={"kind": wanted.kind, "target": wanted.target, "external": wanted.external},
            )


def tidy_choice(choice: ForwardChoice | None) -> ForwardChoice | None:
    """White space around what was typed means nothing."""
    return choice and replace(choice, extension=choice.extension.strip(), number=choice.number.strip())


@dataclass(frozen=True, slots=True)
class _Checks:
    problems: ProblemList
    tenant: Tenant
    extension: str
    account: SipAccount | None

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
        itself = extension == self.extension or (found is not None and found.pk == getattr(self.account, "pk", None))
        if self.problems.check(not itself, field, "itself", _("An account cannot forward to itself.")):
            self.problems.check(
                found is not None, field, "unknown", _("There is no such extension in the company. Choose another.")
            )
        return found

    def _accounts(self) -> QuerySet[SipAccount]:
        return self.tenant.sip_accounts.select_for_update(no_key=True)

    def _saved(self, field: str, number: str) -> ExternalNumber | None:
        e164 = parse_number(number)
        found = self.tenant.external_numbers.select_for_update(no_key=True).filter(e164=e164 or "").first()
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
