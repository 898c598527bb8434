"""`/operator/price-lists`: the prices of calls outside and of accounts."""

from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Query, Router, Status
from pydantic import BaseModel, Field

from centralka.actions.prices import price_lists as actions
from centralka.actions.prices import rows, uploads
from centralka.actions.prices.price_lists import NAME_MAX, PriceListInput
from centralka.actions.prices.uploads import FILE_NAME_MAX, Upload
from centralka.calls.price_list.text import LARGEST_FILE
from centralka.store.models import Price, PriceList

from ..http.amounts import Amount, told
from ..http.amounts import Price as Told
from ..http.auth import OperatorRequest, operator_token
from ..http.created import created
from ..http.fields import Asked, At, Body, Moment, Text
from ..http.openapi import CONFLICT, LOCATION
from ..http.pages import AskedPage, page_of
from ..http.upload import CSV_FILE, uploaded_file

router = Router(tags=["Operator"], auth=operator_token)

PriceListName = Annotated[Text, Field(examples=["Standard"], json_schema_extra={"minLength": 1, "maxLength": NAME_MAX})]
Activation = Annotated[Amount, Field(description="PLN net, once for each SIP account that is made.")]
Monthly = Annotated[
    Amount, Field(description="PLN net for each SIP account on the first of each month; pro rata in its first month.")
]


class NewPriceList(Body):
    """A price list to make; the prices of calls come as a file."""

    name: PriceListName
    account_activation: Activation = Field(default_factory=Decimal)
    account_monthly: Monthly = Field(default_factory=Decimal)


class PriceListChanges(Body):
    """Only what is to change."""

    name: PriceListName = Field(default_factory=str)
    account_activation: Activation = Field(default_factory=Decimal)
    account_monthly: Monthly = Field(default_factory=Decimal)


class PriceListOut(BaseModel):
    """A price list."""

    id: int
    name: str
    account_activation: Told
    account_monthly: Told
    prices: int = Field(description="How many prefixes it has.")
    tenants: int = Field(description="How many companies have it.")
    created_at: At
    changed_at: At


class PriceListPage(BaseModel):
    """One page of price lists, by name."""

    items: list[PriceListOut]
    next: str | None


class PriceOut(BaseModel):
    """The price of calls to numbers that begin with a prefix; the longest prefix counts."""

    prefix: str = Field(description="Digits of E.164 without the plus.", examples=["4822"])
    description: str = Field(examples=["Polska, Warszawa"])
    per_minute: Told
    connection_fee: Told
    first_increment: int = Field(description="Seconds that are charged at least.", examples=[1])
    next_increment: int = Field(description="Seconds in which it goes on from there.", examples=[1])


class PricePage(BaseModel):
    """One page of prices, by prefix."""

    items: list[PriceOut]
    next: str | None


class AskedImport(Asked):
    """The request to read a file, beside its content."""

    holds_from: Moment | None = Field(
        None, description="From when the prices hold; without it, when they are loaded. One that is over is refused."
    )
    wait: bool = Field(True, description="Whether to answer only when all of a long list is written.")
    file_name: Annotated[Text, Field(max_length=FILE_NAME_MAX)] = Field("", description="To know it by afterwards.")


class Imported(BaseModel):
    """The result of an upload."""

    prices: int = Field(description="How many prefixes the list has now, or (202) will have.")


class AskedPrices(AskedPage):
    """The choice of prices in a list."""

    search: Annotated[Text, Field(max_length=100)] | None = Field(
        None, description="The beginning of a prefix, a part of the description, or a whole number."
    )


@router.get("/price-lists", response=PriceListPage, summary="List price lists", operation_id="list_price_lists")
def list_price_lists(request: OperatorRequest, asked: Query[AskedPage]) -> PriceListPage:
    """All price lists, by name."""
    found, following = page_of(actions.price_lists(request.auth), asked)
    return PriceListPage(items=[_out(price_list) for price_list in found], next=following)


@router.post(
    "/price-lists",
    response={201: PriceListOut},
    summary="Make a price list",
    operation_id="add_price_list",
    openapi_extra={"responses": LOCATION["responses"] | CONFLICT["responses"]},
)
def add_price_list(request: OperatorRequest, wanted: NewPriceList, response: HttpResponse) -> Status[PriceListOut]:
    """Without prices of calls yet: upload them. 409 when the name exists."""
    made = actions.add_price_list(request.auth, PriceListInput(**wanted.model_dump()))
    return created(response, f"operator/price-lists/{made.pk}", _out(made))


@router.get(
    "/price-lists/{int:price_list_id}",
    response=PriceListOut,
    summary="Read a price list",
    operation_id="get_price_list",
)
def get_price_list(request: OperatorRequest, price_list_id: int) -> PriceListOut:
    """One price list, without its prices."""
    return _out(actions.price_list(request.auth, price_list_id))


@router.patch(
    "/price-lists/{int:price_list_id}",
    response=PriceListOut,
    summary="Change a price list",
    operation_id="change_price_list",
    openapi_extra=CONFLICT,
)
def change_price_list(request: OperatorRequest, price_list_id: int, wanted: PriceListChanges) -> PriceListOut:
    """What is not sent stays as it is."""
    changes: dict[str, Any] = wanted.model_dump(exclude_unset=True)
    return _out(actions.change_price_list(request.auth, price_list_id, changes))


@router.delete(
    "/price-lists/{int:price_list_id}",
    response={204: None},
    summary="Delete a price list",
    operation_id="delete_price_list",
    openapi_extra=CONFLICT,
)
def delete_price_list(request: OperatorRequest, price_list_id: int) -> Status[None]:
    """With its prices. 409 `in-use` while a company has it."""
    actions.delete_price_list(request.auth, price_list_id)
    return Status(204, None)


@router.get(
    "/price-lists/{int:price_list_id}/prices", response=PricePage, summary="List prices", operation_id="list_prices"
)
def list_prices(request: OperatorRequest, price_list_id: int, asked: Query[AskedPrices]) -> PricePage:
    """The prices of calls, by prefix."""
    found, following = page_of(rows.prices(request.auth, price_list_id, asked.search or ""), asked)
    return PricePage(items=[_price(price) for price in found], next=following)


@router.post(
    "/price-lists/{int:price_list_id}/prices",
    response={200: Imported, 202: Imported},
    summary="Upload prices",
    operation_id="import_prices",
    openapi_extra=CSV_FILE | CONFLICT,
)
def import_prices(request: OperatorRequest, price_list_id: int, asked: Query[AskedImport]) -> Status[Imported]:
    """Replace all prices of calls by those of a CSV file, or none: 422 names the line and the column of each mistake.

    The answer comes when all of it is written; calls go on meanwhile, by the prices that hold. 409: it was cancelled.
    With `wait=false` a long list is answered 202 as soon as it was read: `revisions` tells how far it is.

    The first line names the columns: `prefix`, `description`, `price per minute`, `connection fee`, `first increment`
    and `next increment`, in any order. At most 20 MB.
    """
    actions.price_list(request.auth, price_list_id)  # there is none: told before a large file is read
    data = uploaded_file(request, LARGEST_FILE)
    upload = Upload(file_name=asked.file_name, holds_from=asked.holds_from)
    if asked.wait:
        return Status(200, Imported(prices=uploads.import_prices(request.auth, price_list_id, data, upload)))
    made = uploads.begin_import(request.auth, price_list_id, data, upload)
    return Status(202 if made.holds_from is None else 200, Imported(prices=made.rows))


def _out(price_list: PriceList) -> PriceListOut:
    counted: Any = price_list  # annotated by the action
    return PriceListOut(
        id=price_list.pk,
        name=price_list.name,
        account_activation=told(price_list.account_activation),
        account_monthly=told(price_list.account_monthly),
        prices=counted.price_count,
        tenants=counted.tenant_count,
        created_at=price_list.created_at,
        changed_at=price_list.changed_at,
    )


def _price(price: Price) -> PriceOut:
    return PriceOut(
        prefix=price.prefix,
        description=price.description,
        per_minute=told(price.per_minute),
        connection_fee=told(price.connection_fee),
        first_increment=price.first_increment,
        next_increment=price.next_increment,
    )
