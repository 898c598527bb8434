"""An account's general settings: as they are sent, and as they are shown."""

from dataclasses import asdict
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, model_validator
from pydantic_core import PydanticCustomError

from centralka.actions.account.general import NAME_MAX, RING_TIMEOUT_MAX, RING_TIMEOUT_MIN
from centralka.actions.account.passwords import MAX_LENGTH, MIN_LENGTH
from centralka.actions.sip_server import sip_addresses
from centralka.actions.sms.senders import Sender, SenderChoice, choice_of, sender_of
from centralka.sms.senders import Mode
from centralka.store.models import SipAccount

from ..http.fields import Body, Secret, Text
from .plain import as_they_are, as_they_were_sent


class CallerId(Body):
    """The caller ID that people outside see: a number of the company's, or none."""

    mode: Literal["number", "restricted"] = Field(description="`restricted`: the number is hidden from people.")
    number: Text | None = Field(
        default=None,
        description="With the mode `number`, and only then: a number of the company's.",
        examples=["+48221234567"],
    )

    @model_validator(mode="after")
    def _say_one_thing(self) -> Self:
        if (self.mode == "number") != (self.number is not None):
            raise PydanticCustomError("caller_id", "a number and its mode go together")
        return self


class SmsSender(Body):
    """The sender of text messages of an account."""

    mode: Literal["random", "number", "name"] = Field(
        description="`random`: a number of the network's (SMS Standard); the other two are SMS Premium."
    )
    number: Text | None = Field(
        default=None,
        description="With the mode `number`, and only then: a mobile number of the company's.",
        examples=["+48600100200", None],
    )
    name: Text | None = Field(
        default=None,
        description="With the mode `name`, and only then: a name that the operator approved.",
        examples=["KWIATY", None],
    )

    @model_validator(mode="after")
    def _say_one_thing(self) -> Self:
        wanted = {"random": (False, False), "number": (True, False), "name": (False, True)}[self.mode]
        if wanted != (self.number is not None, self.name is not None):
            raise PydanticCustomError("sms_sender", "the mode and what it needs go together")
        return self


class SmsSenderOut(BaseModel):
    """As it is."""

    mode: Literal["random", "number", "name"]
    number: str | None = Field(description="Null with the mode `number`: it was deleted; nothing can be sent.")
    name: str | None = Field(description="The same with the mode `name`.")
    can_send: bool = Field(description="False: the number or name was taken away; messages are refused.")


# The limits only describe: the action checks, with the panel's own words. That is why they are not pydantic's `pattern`
# and the like.
class GeneralIn(Body):
    """Of a new account."""

    extension: Annotated[
        Text,
        Field(
            description="2 to 6 digits, not starting with 0, no public short code (112); unique in the company.",
            examples=["102"],
            json_schema_extra={"pattern": "^[1-9][0-9]{1,5}$"},
        ),
    ]
    name: Annotated[
        Text,
        Field(
            description="Shown to colleagues when this account calls them.",
            examples=["Sekretariat"],
            json_schema_extra={"minLength": 1, "maxLength": NAME_MAX},
        ),
    ]
    password: Annotated[
        Secret,
        Field(
            description="The phone's password. Only a digest is kept: it can be written, never read. Weak ones are "
            "refused with every reason.",
            examples=["hV3kqmT8wZx5"],
            json_schema_extra={"minLength": MIN_LENGTH, "maxLength": MAX_LENGTH},
        ),
    ]
    internal_caller_id: Annotated[
        Text | None,
        Field(
            description="Up to 15 digits that colleagues see in place of the extension; null: the extension.",
            examples=["200", None],
        ),
    ] = None
    ring_timeout: Annotated[
        int,
        Field(
            description="Seconds that the phone rings before “no answer” applies.",
            examples=[30],
            json_schema_extra={"minimum": RING_TIMEOUT_MIN, "maximum": RING_TIMEOUT_MAX},
        ),
    ] = 30
    call_waiting: Annotated[
        bool,
        Field(
            description="false: while the account is in a call or ringing, a further caller gets busy.",
            examples=[True],
        ),
    ] = True
    caller_id: CallerId = Field(
        default_factory=lambda: CallerId(mode="restricted"),
        description="Without it: the company's first number, or `restricted` if it has none.",
    )
    sms_sender: SmsSender = Field(default_factory=lambda: SmsSender(mode="random"))


class SipAddressOut(BaseModel):
    """An address for phones."""

    transport: Literal["udp", "tcp", "tls", "wss"]
    host: str = Field(examples=["sip.centralka.example"])
    port: int = Field(examples=[5060])


class GeneralOut(BaseModel):
    """As they are."""

    id: int
    kind: Literal["voice"]
    extension: str
    login: str = Field(description="What the phone registers with.", examples=["demo_100"])
    register_at: list[SipAddressOut] = Field(description="Where the phone registers, the usual address first.")
    name: str
    internal_caller_id: str | None
    ring_timeout: int
    call_waiting: bool
    caller_id: CallerId | None = Field(description="Null: nothing was chosen yet, so calls outside are refused.")
    sms_sender: SmsSenderOut


_OWN = frozenset({"password", "caller_id", "sms_sender"})
"""Fields that are sent otherwise than the action wants them."""


def wanted(sent: GeneralIn) -> dict[str, Any]:
    """Return what is sent, in the words of `SipAccountInput`."""
    found = as_they_were_sent(sent, GeneralIn, _OWN)
    if "password" in sent.model_fields_set:
        found["password"] = sent.password.get_secret_value()
    if "caller_id" in sent.model_fields_set:
        found["caller_id"] = sent.caller_id.number
        found["caller_id_restricted"] = sent.caller_id.mode == "restricted"
    if "sms_sender" in sent.model_fields_set:
        asked = sent.sms_sender
        found["sms_sender"] = SenderChoice(Mode(asked.mode), asked.number or "", asked.name or "")
    return found


def of(account: SipAccount, host: str) -> GeneralOut:
    """Return the block as the API shows it. `host`: the host that the request names."""
    addresses = [SipAddressOut.model_validate(asdict(each)) for each in sip_addresses(host)]
    return GeneralOut(**as_they_are(account, GeneralOut), register_at=addresses, **_shown_outside(account))


def _shown_outside(account: SipAccount) -> dict[str, Any]:
    return {"caller_id": _caller_id(account), "sms_sender": _sms_sender(account)}


def _sms_sender(account: SipAccount) -> SmsSenderOut:
    choice = choice_of(account)
    can_send = isinstance(sender_of(account), Sender)
    return SmsSenderOut(
        mode=choice.mode.value, number=choice.number or None, name=choice.name or None, can_send=can_send
    )


def _caller_id(account: SipAccount) -> CallerId | None:
    if account.caller_id_restricted:
        return CallerId(mode="restricted")
    return CallerId(mode="number", number=account.caller_id.e164) if account.caller_id else None
