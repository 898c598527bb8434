"""`/sip-accounts/{id}/devices`: devices of an account, each with a password of its own."""

from typing import Annotated, Any, Literal, Self

from django.http import HttpResponse
from django.utils import timezone
from ninja import Query, Router, Status
from pydantic import BaseModel, Field, model_validator
from pydantic_core import PydanticCustomError

from centralka.actions.account import devices as actions
from centralka.actions.account import setup_links
from centralka.actions.account.accounts import sip_account
from centralka.actions.phone_settings import settings_address
from centralka.store.models import Device

from ..http.auth import TenantRequest, tenant_token
from ..http.created import created
from ..http.fields import At, Body, Text
from ..http.openapi import LOCATION
from ..http.pages import AskedPage, page_of
from .routes import Contact, contact_of

router = Router(tags=["SIP accounts"], auth=tenant_token)


Maker = Literal["yealink", "grandstream", "snom", "fanvil", "linphone"]


class NewDevice(Body):
    """A device to make."""

    name: Annotated[Text, Field(json_schema_extra={"minLength": 1, "maxLength": actions.NAME_MAX})] = Field(
        description="What it is, so that people know it in the list; unique in the account.", examples=["Phone in hall"]
    )
    maker: Maker | None = Field(
        None,
        description="Of what fetches its settings, with its password, by itself: a desk phone, or Linphone, once and "
        "within an hour; null: it does not.",
    )
    mac: Text | None = Field(
        None,
        description="Of a desk phone with `maker`, and only of that: in any spelling.",
        examples=["80:5E:C0:12:34:56"],
    )

    @model_validator(mode="after")
    def _say_one_thing(self) -> Self:
        if (self.maker in actions.DESK_PHONES) != (self.mac is not None):
            raise PydanticCustomError("phone", "a maker and a MAC go together")
        return self


class Fetch(BaseModel):
    """A phone's request for the settings; the same request again is counted."""

    answer: Literal["password", "known", "file", "mac", "maker", "old", "taken", "expired"] = Field(
        description="`password`: given with the password; `known`: without it, which was taken before. Refused: "
        "`file`: no file of this phone's; `mac`: the phone names another MAC; `maker`: no phone of this maker; `old`: "
        "an address from before; `taken`, `expired`: an app's link that was used, or is too old."
    )
    address: str
    user_agent: str
    file: str
    times: int
    first_at: At
    last_at: At


class DeviceOut(BaseModel):
    """A device, without its password."""

    id: int
    name: str
    login: str = Field(description="The account's: user name, in From and To.", examples=["demo_100"])
    authentication_name: str = Field(
        description="Its own, for the digest alone; phones call it authentication or register name.",
        examples=["demo_100.5f3a9c01"],
    )
    contacts: list[Contact] = Field(description="Where it is registered now; empty: nowhere.")
    last_seen: At | None = Field(description="When it was last known to be registered before now; null: never.")
    maker: Maker | None = Field(description="Of a phone that fetches its settings by itself.")
    mac: str | None
    settings_until: At | None = Field(description="Until when an app may fetch them; null: no app.")
    password_due: bool = Field(description="Whether the next settings that it fetches have a password.")
    fetches: list[Fetch] = Field(description="Who asked for its settings, the last 30 at most, newest first.")
    created_at: At


class MadeDevice(DeviceOut):
    """A new device."""

    password: str | None = Field(description="It is shown this once and cannot be read again; null with `maker`.")
    settings_address: str | None = Field(
        description="With `maker`: from where the phone fetches its settings, and once its password. Shown this once."
    )


class DevicePage(BaseModel):
    """One page of devices, the oldest first."""

    items: list[DeviceOut]
    next: str | None


@router.get(
    "/sip-accounts/{int:account_id}/devices",
    response=DevicePage,
    summary="List an account's devices",
    operation_id="list_devices",
)
def list_devices(request: TenantRequest, account_id: int, asked: Query[AskedPage]) -> DevicePage:
    """The devices with a password of their own, at most ten; phones that use the account's password are none."""
    login = sip_account(request.auth, account_id).login
    found, following = page_of(actions.devices(request.auth, account_id), asked)
    return DevicePage(items=[DeviceOut(**_facts(device, login)) for device in found], next=following)


@router.post(
    "/sip-accounts/{int:account_id}/devices",
    response={201: MadeDevice},
    summary="Make a device",
    operation_id="add_device",
    openapi_extra=LOCATION,
)
def add_device(
    request: TenantRequest, account_id: int, wanted: NewDevice, response: HttpResponse
) -> Status[MadeDevice]:
    """The answer has its password, or the address of its settings, this once."""
    password, address = None, None
    if wanted.maker in actions.APPS:
        made, token = actions.add_app(request.auth, account_id, wanted.name, wanted.maker, timezone.now())
        address = _address(request, made, token)
    elif wanted.maker and wanted.mac:
        made, token = actions.add_phone(request.auth, account_id, wanted.name, wanted.maker, wanted.mac)
        address = _address(request, made, token)
    else:
        made, password = actions.add_device(request.auth, account_id, wanted.name)
    facts = _facts(made, made.sip_account.login)
    body = MadeDevice(**facts, password=password, settings_address=address)
    return created(response, f"sip-accounts/{account_id}/devices/{made.pk}", body)


class Issued(BaseModel):
    """A new address for a phone's settings."""

    settings_address: str = Field(description="It is shown this once.")


@router.post(
    "/sip-accounts/{int:account_id}/devices/{int:device_id}/settings",
    response=Issued,
    summary="Issue a phone's settings again",
    operation_id="issue_device_settings",
)
def issue_settings(request: TenantRequest, account_id: int, device_id: int) -> Issued:
    """Another address, at which the phone gets another password, once; the address before is refused from now on."""
    token = actions.issue_again(request.auth, account_id, device_id)
    device = actions.device(request.auth, account_id, device_id)
    return Issued(settings_address=_address(request, device, token))


@router.get(
    "/sip-accounts/{int:account_id}/devices/{int:device_id}",
    response=DeviceOut,
    summary="Read a device",
    operation_id="get_device",
)
def get_device(request: TenantRequest, account_id: int, device_id: int) -> DeviceOut:
    """Where it is registered now and when it was seen; never its password."""
    login = sip_account(request.auth, account_id).login
    return DeviceOut(**_facts(actions.device(request.auth, account_id, device_id), login))


@router.delete(
    "/sip-accounts/{int:account_id}/devices/{int:device_id}",
    response={204: None},
    summary="Sign a device out",
    operation_id="sign_device_out",
)
def sign_device_out(request: TenantRequest, account_id: int, device_id: int) -> Status[None]:
    """Its password is refused from now on, and what it registered ends within seconds; a running call goes on."""
    actions.sign_out(request.auth, account_id, device_id)
    return Status(204, None)


class NewSetupLink(Body):
    """The address to which a link is mailed."""

    email: Text = Field(description="Of the person, who needs no login.", examples=["jan@firma.example"])


class SetupLinkOut(BaseModel):
    """A link that is being mailed. What stands in it is told to nobody else."""

    email: str
    expires_at: At


@router.post(
    "/sip-accounts/{int:account_id}/setup-link",
    response={202: SetupLinkOut},
    summary="Mail a link for setting up a phone",
    operation_id="send_setup_link",
)
def send_setup_link(request: TenantRequest, account_id: int, wanted: NewSetupLink) -> Status[SetupLinkOut]:
    """Whoever opens it gets, once, what a phone of the account needs, with a password of its own. One of before that
    nobody used is over; so is this one when the account's password changes."""
    link = setup_links.send_setup_link(request.auth, account_id, wanted.email)
    return Status(202, SetupLinkOut(email=link.email, expires_at=link.expires_at))


def _address(request: TenantRequest, device: Device, token: str) -> str:
    return settings_address(f"{request.scheme}://{request.get_host()}", device, token)


def _facts(device: Device, login: str) -> dict[str, Any]:
    return {
        "id": device.pk,
        "name": device.name,
        "login": login,
        "authentication_name": device.username,
        "contacts": [contact_of(one) for one in device.registrations.all()],
        "last_seen": device.last_seen_at,
        "maker": device.maker or None,
        "mac": device.mac or None,
        "settings_until": device.settings_until,
        "password_due": device.password_due,
        "fetches": [Fetch.model_validate(each, from_attributes=True) for each in device.fetches.all()],
        "created_at": device.created_at,
    }
