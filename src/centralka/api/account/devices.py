"""`/sip-accounts/{id}/devices`: devices of an account, each with a password of its own."""

from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Query, Router, Status
from pydantic import BaseModel, Field

from centralka.actions.account import devices as actions
from centralka.actions.account.accounts import sip_account
from centralka.store.models import Device

from ..http.auth import TenantRequest, tenant_token
from ..http.created import created
from ..http.fields import At, Body, Text
from ..http.openapi import LOCATION
from ..http.pages import AskedPage, page_of
from .routes import Contact, contact_of

router = Router(tags=["SIP accounts"], auth=tenant_token)


class NewDevice(Body):
    """A device to make."""

    name: Annotated[Text, Field(json_schema_extra={"minLength": 1, "maxLength": actions.NAME_MAX})] = Field(
        description="What it is, so that people know it in the list; unique in the account.", examples=["Phone in hall"]
    )


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
    created_at: At


class MadeDevice(DeviceOut):
    """A new device."""

    password: str = Field(description="It is shown this once and cannot be read again.")


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
    """The answer has its password, this once."""
    made, password = actions.add_device(request.auth, account_id, wanted.name)
    facts = _facts(made, made.sip_account.login)
    return created(response, f"sip-accounts/{account_id}/devices/{made.pk}", MadeDevice(**facts, password=password))


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


def _facts(device: Device, login: str) -> dict[str, Any]:
    return {
        "id": device.pk,
        "name": device.name,
        "login": login,
        "authentication_name": device.username,
        "contacts": [contact_of(one) for one in device.registrations.all()],
        "last_seen": device.last_seen_at,
        "created_at": device.created_at,
    }
