"""402: the charges, line by line."""

from typing import Literal

from pydantic import BaseModel, Field

from centralka.actions.prices import charges as actions

from .amounts import Price, told
from .problems import Problem

_GROSS = "PLN gross, rounded to whole grosze, for showing it to people."


class ItemisedCharge(BaseModel):
    """One line of what an account will cost."""

    kind: Literal["activation", "monthly"] = Field(description="Once, or on the first of each month.")
    net: Price
    gross: str = Field(description=_GROSS, examples=["24.60"])
    vat_percent: str = Field(examples=["23.00"])
    first_month_net: Price | None = Field(
        default=None, description="What the rest of this month costs, charged at once; not there for one-off charges."
    )
    first_month_gross: str | None = Field(default=None, description=_GROSS, examples=["6.15"])


class PaymentProblem(Problem):
    """A problem with the charges that were not agreed to, or could not be paid."""

    charges: list[ItemisedCharge]
    due_now: Price = Field(description="What all of it takes at once. PLN net.")
    available: Price | None = Field(
        default=None, description="What can be spent, PLN net; only where that is the problem."
    )


def itemised(charge: actions.Charge) -> ItemisedCharge:
    """Return a line as the API tells it."""
    first, first_gross = charge.first_month_net, charge.first_month_gross
    return ItemisedCharge(
        kind=charge.kind,
        net=told(charge.net),
        gross=f"{charge.gross:.2f}",
        vat_percent=f"{charge.vat_percent:.2f}",
        first_month_net=None if first is None else told(first),
        first_month_gross=None if first_gross is None else f"{first_gross:.2f}",
    )
