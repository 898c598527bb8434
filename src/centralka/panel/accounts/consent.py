"""The costs of an account, as people are shown them before they agree."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpRequest
from django.utils.translation import gettext as _

from centralka.actions.actor import Actor
from centralka.actions.errors import InvalidInput, Problem
from centralka.actions.prices.charges import Agreement, Charge, ConsentNeeded, TooLittleMoney, due_now, fingerprint
from centralka.actions.request_keys import KeyReused
from centralka.calls.tariffs import gross
from centralka.store.acting import acting
from centralka.store.models import SipAccount

from ..forms import PanelForm


@dataclass(frozen=True)
class Consent:
    """The question: are these costs agreed to?"""

    charges: Sequence[Charge]

    @property
    def prices(self) -> str:
        """Return the prices to be sent back with a yes, so that nobody agrees to prices that they did not see."""
        return fingerprint(self.charges)

    @property
    def now_net(self) -> Decimal:
        return due_now(self.charges)

    @property
    def now_gross(self) -> Decimal:
        return gross(self.now_net, self.charges[0].vat_percent)


@dataclass(frozen=True)
class Shortage(Consent):
    """There is not enough money for what was agreed to."""

    available: Decimal
    """PLN net."""

    @property
    def available_gross(self) -> Decimal:
        return gross(self.available, self.charges[0].vat_percent)


@dataclass(frozen=True)
class Answer:
    """The answer to a form that may cost something: the account, or the question, or the lack of money, or problems
    that stand beside the form's fields."""

    made: SipAccount | None = None
    consent: Consent | None = None
    shortage: Shortage | None = None


def answer_to(form: PanelForm, actor: Actor, make: Callable[[], SipAccount]) -> Answer:
    """Make the account of a form, if its costs are agreed to and can be paid."""
    try:
        if made := form.carry_out(lambda: _once(make)):
            return Answer(made)
        answer = Answer()
    except ConsentNeeded as asked:
        # Nobody is asked about the costs of what cannot be saved anyway.
        answer = Answer(consent=None if form.errors else Consent(asked.charges))
    except TooLittleMoney as short:
        answer = Answer(shortage=Shortage(short.charges, short.available))
    actor.tenant.refresh_from_db()  # what was taken back stays in memory else
    return answer


def _once(make: Callable[[], SipAccount]) -> SipAccount:
    try:
        return make()
    except KeyReused:
        message = _("This form has made its account already. Open a new one for another account.")
        raise InvalidInput({"request_key": [Problem("reused", message)]}) from None


def agreement_in(request: HttpRequest, form: PanelForm) -> Agreement | None:
    """Return the yes to the costs that were shown, if it was sent with a form that can be saved."""
    agreed = request.POST.get("agreed") if form.is_valid() else None
    return Agreement(acting().address, agreed) if agreed else None
