"""Tell the switchboard, a process of its own, what it has to know: by its environment, anew at each start."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from centralka.environment import flag, names, number, text


@dataclass(frozen=True, slots=True)
class Handover:
    """The loopback ports and the secrets are chosen at each start; the folders are the engine's."""

    serves_edge: bool
    """The edge runs beside this switchboard, which looks after it then."""
    edge_port: int
    """The port on which the edge speaks SIP with the engine."""
    engines: Path
    """The edge's list of engines."""
    edge_control: Path
    """The edge's socket for what it is told while it runs."""
    certificate: Path
    """The certificate that the edge shows to phones by TLS."""
    certificate_names: tuple[str, ...]
    edge_public: str
    """The edge's address and port as carriers are told."""
    edge_socket: str
    """The address and port that it listens on."""
    agi_port: int
    question_port: int
    question_secret: str = field(repr=False)
    switchboard_secret: str = field(repr=False)
    """Known to engine and edge alone: what they say to the switchboard begins with it."""
    journal: Path
    contacts: Path
    """The edge's database of registrations."""
    lamps: Path
    """The edge's database of lamps that phones asked for."""
    pings: Path
    trunk_order: Path
    ice: Path
    hold_music: Path
    spool: Path
    """The engine's `spool/voicemail`."""
    faxes: Path
    """The engine's `spool/faxes`."""
    engine_console: Path
    """The socket of the engine's console; each engine makes it when it starts."""

    def environment(self) -> Mapping[str, str]:
        """Return the variables that `received` reads."""
        return {_variable(each.name): _written(getattr(self, each.name)) for each in fields(self)}

    @classmethod
    def received(cls) -> "Handover":
        """Read the handover from the environment. Raises WrongSetting."""

        def path(name: str) -> Path:
            return Path(text(_variable(name)))

        return cls(
            flag(_variable("serves_edge")),
            number(_variable("edge_port"), 0),
            path("engines"),
            path("edge_control"),
            path("certificate"),
            tuple(names(_variable("certificate_names"))),
            text(_variable("edge_public")),
            text(_variable("edge_socket")),
            number(_variable("agi_port"), 0),
            number(_variable("question_port"), 0),
            text(_variable("question_secret")),
            text(_variable("switchboard_secret")),
            path("journal"),
            path("contacts"),
            path("lamps"),
            path("pings"),
            path("trunk_order"),
            path("ice"),
            path("hold_music"),
            path("spool"),
            path("faxes"),
            path("engine_console"),
        )


def _written(value: object) -> str:
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _variable(name: str) -> str:
    return f"CENTRALKA_{name.upper()}"
