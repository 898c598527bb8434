"""An edge that keeps registrations as the real one does (uac_reg.c), and a carrier behind it that answers at once."""

from pathlib import Path

from centralka.switch.trunks.carrier_registrations import CarrierRegistrations, Door
from centralka.switch.wire.edge_control import EdgeAway, EdgeControl, EdgeRefuses

DOOR = Door("192.0.2.1:5060", "0.0.0.0:5060")
ASKING, REGISTERED = 2, 4
NAMES = [
    "l_uuid",
    "l_username",
    "l_domain",
    "r_username",
    "r_domain",
    "realm",
    "auth_username",
    "auth_password",
    "auth_ha1",
    "auth_proxy",
    "expires",
    "flags",
    "reg_delay",
    "socket",
    "contact_addr",
]


class Registrar(EdgeControl):
    """Notes what it is told."""

    def __init__(self) -> None:
        super().__init__(Path("/dev/null"))
        self.kept: dict[str, dict[str, object]] = {}
        self.told: list[tuple[str, str]] = []
        """The orders that it got, with the user name and host of the registration."""
        self.says = "200 OK"
        """The answer of carriers; "": none."""
        self.said: dict[str, str] = {}
        self.away = False
        self.start = (1, 1)
        self.asked = 0
        """How often it was asked what it keeps."""

    def started(self) -> tuple[int, int] | None:
        return self.start

    async def ask(self, method: str, *parameters: object) -> object:
        if self.away:
            raise EdgeAway("it does not run")
        if method == "uac.reg_dump":
            self.asked += 1
            return list(self.kept.values())
        if method == "htable.get":
            return self._carrier_said(*parameters)
        return self._does(method.removeprefix("uac.reg_"), *parameters)

    def _carrier_said(self, table: object, name: object) -> object:
        if table != "carrier_said" or str(name) not in self.said:
            raise EdgeRefuses("Key name doesn't exist in htable.")
        return {"item": {"name": name, "value": self.said[str(name)], "flags": 2}}

    def _does(self, order: str, *parameters: object) -> object:
        name = str(parameters[1 if parameters[0] == "l_uuid" else 0])
        if order == "add":
            assert name not in self.kept, "the edge keeps one registration of a name"
            assert all(value != "" for value in parameters), "an empty value has to be a dot"
            self.kept[name] = {**dict(zip(NAMES, parameters, strict=True)), "diff_expires": 0}
        one = self.kept[name]
        self.told.append((order, str(one["auth_username"])))
        match order:
            case "remove":
                del self.kept[name]
            case "register":
                self.answers(name)
            case "unregister":
                one["expires"], one["flags"] = 0, ASKING
        return {}

    def answers(self, name: str) -> None:
        """The carrier answers that registration, or has not for so long that the edge gave up."""
        one = self.kept[name]
        self.said.pop(name, None)
        if self.says:
            self.said[name] = self.says
        registered = self.says == "200 OK"
        one["flags"], one["diff_expires"] = (REGISTERED, 300) if registered else (0, 60)

    def time_passes(self, seconds: int) -> None:
        for one in self.kept.values():
            one["diff_expires"] = int(str(one["diff_expires"])) - seconds

    @property
    def only(self) -> dict[str, object]:
        (one,) = self.kept.values()
        return one


def registrations(edge: Registrar) -> CarrierRegistrations:
    return CarrierRegistrations(edge, DOOR)
