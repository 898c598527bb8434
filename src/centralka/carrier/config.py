"""The carrier's engine: configured from `asterisk/carrier/`, and from the exchange's templates that fit both."""

from dataclasses import dataclass
from pathlib import Path

from centralka.config_template import ConfigTemplate
from centralka.engine.configuration import ENGINE_DIRS, check, placeholders, written
from centralka.engine.data import TEMPLATES, link_own_data
from centralka.engine.database import Database
from centralka.engine.engine_settings import PRIVATE_DIR, EngineSettings
from centralka.files import write_whole

from .credentials import CarrierCredentials

# How the exchange's engine finds its folders, logs and sounds holds for this one too.
SHARED = (
    "acl.conf",
    "asterisk.conf",
    "ccss.conf",
    "cdr.conf",
    "features.conf",
    "indications.conf",
    "logger.conf",
    "pjproject.conf",
    "rtp.conf",
    "stasis.conf",
    "udptl.conf",
)
_NO_DATABASE = Database("", "", "", {})


@dataclass(frozen=True)
class CarrierSettings:
    """The settings of the carrier's engine."""

    engine: EngineSettings
    customers: tuple[CarrierCredentials, ...]
    hep_port: int
    """The loopback port to which the engine copies its SIP messages."""


def write_config(carrier: CarrierSettings) -> None:
    """Write the configuration and make the engine's folders. Raises EngineMisconfigured, OSError."""
    check(carrier.engine)
    files = render(carrier)
    for name in ENGINE_DIRS:
        (carrier.engine.engine_dir / name).mkdir(parents=True, exist_ok=True, mode=PRIVATE_DIR)
    # As they come with the engine, without the exchange's sounds: the carrier plays tones only.
    link_own_data(carrier.engine, {})
    carrier.engine.config_dir.mkdir(parents=True, exist_ok=True, mode=PRIVATE_DIR)
    for name, text in files.items():
        write_whole(carrier.engine.config_dir / name, text)


def render(carrier: CarrierSettings) -> dict[str, str]:
    """Return the configuration as file name -> text, without writing it."""
    values = placeholders(carrier.engine, _NO_DATABASE) | {"hep_port": str(carrier.hep_port)}
    templates = [*(TEMPLATES / name for name in SHARED), *sorted((TEMPLATES / "carrier").glob("*.conf"))]
    files = {path.name: _filled(path, values) for path in templates}
    return files | {"pjsip.conf": files["pjsip.conf"] + "".join(map(_customer, carrier.customers))}


def _customer(customer: CarrierCredentials) -> str:
    template = TEMPLATES / "carrier/customer/pjsip.conf"
    return "\n" + _filled(template, {"user": customer.user, "password": customer.password})


def _filled(template: Path, values: dict[str, str]) -> str:
    texts = {key: written(value) for key, value in values.items()}
    return ConfigTemplate(template.read_text()).substitute(texts)
