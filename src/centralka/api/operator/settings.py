"""`/operator/settings`: what holds for the whole installation."""

from decimal import Decimal

from ninja import Router
from pydantic import BaseModel, Field

from centralka.actions.prices import vat

from ..http.amounts import Amount
from ..http.auth import OperatorRequest, operator_token
from ..http.fields import Body

router = Router(tags=["Operator"], auth=operator_token)


class SettingsChanges(Body):
    """Only what is to change."""

    vat_percent: Amount = Field(
        default_factory=Decimal, description="0 to 50 with two decimals. Prices are kept net.", examples=["23.00"]
    )


class SettingsOut(BaseModel):
    """The settings of the installation."""

    vat_percent: str = Field(description="By which gross prices are shown.", examples=["23.00"])


@router.get("/settings", response=SettingsOut, summary="Read the settings", operation_id="get_settings")
def get_settings(request: OperatorRequest) -> SettingsOut:
    """What holds for the whole installation."""
    return _out(vat.vat_percent())


@router.patch("/settings", response=SettingsOut, summary="Change the settings", operation_id="change_settings")
def change_settings(request: OperatorRequest, wanted: SettingsChanges) -> SettingsOut:
    """What is not sent stays as it is."""
    if "vat_percent" not in wanted.model_fields_set:
        return _out(vat.vat_percent())
    return _out(vat.set_vat(request.auth, wanted.vat_percent))


def _out(vat: Decimal) -> SettingsOut:
    return SettingsOut(vat_percent=f"{vat:.2f}")
