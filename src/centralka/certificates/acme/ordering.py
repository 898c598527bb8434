"""Order a certificate from an authority: account, order, answer over HTTP, certificate (RFC 8555).

It is done by certbot's library.

Importing this takes a fifth of a second, so it is done when something is ordered.
"""

from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import requests
from acme import challenges, client, crypto_util, errors, messages
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.utils.translation import gettext_noop as _
from josepy.errors import Error as JoseError
from josepy.jwa import ES256
from josepy.jwk import JWK

from centralka import __version__
from centralka.files import write_whole

from .answers import Answers
from .errors import CannotObtain

_PATIENCE = timedelta(seconds=120)
"""For an order; an authority takes some seconds."""
_TIMEOUT = 30
"""Seconds for a request."""
_MORE_NONCES = 4
_ODD = (ValueError, LookupError, TypeError, AttributeError)
"""Errors that the library raises, beside its own, where an answer is JSON but not that of RFC 8555."""


class Network(client.ClientNetwork):
    """Asks again with another nonce when the authority does not take one (RFC 8555, 6.5). The library does so once,
    and what fails after that would wait for an hour."""

    def post(self, *args: Any, **kwargs: Any) -> requests.Response:
        for _each in range(_MORE_NONCES):
            try:
                return super().post(*args, **kwargs)
            except messages.Error as error:
                if error.code != "badNonce":
                    raise
        return super().post(*args, **kwargs)


def order(directory: str, name: str, answers: Answers, account: Path) -> str:
    """Return a certificate for `name`, its chain and its key, as PEM.

    `account`: the file of the account's key; it is made if there is none. Raises CannotObtain, OSError.
    """
    try:
        return _order(directory, name, answers, account)
    except errors.ValidationError as error:
        raise CannotObtain(
            _("the authority did not get the answer at http://%(name)s/.well-known/acme-challenge/ (%(problem)s)."),
            name=name,
            problem=_shortened(_refused_checks(error)),
        ) from None
    except errors.IssuanceError as error:
        raise _refusal(error.error) from None
    except messages.Error as error:
        raise _refusal(error) from None
    except errors.TimeoutError:
        raise CannotObtain(_("the authority did not finish within two minutes.")) from None
    except (requests.RequestException, errors.Error, JoseError, *_ODD) as error:
        raise CannotObtain(
            _("the authority %(directory)s cannot be understood or reached (%(problem)s)."),
            directory=directory,
            problem=_shortened(_reason(error)),
        ) from None


def _order(directory: str, name: str, answers: Answers, account: Path) -> str:
    authority = _authority(directory, account)
    key = _new_key()
    asked = authority.new_order(crypto_util.make_csr(key.encode(), [name]))
    with ExitStack() as kept:
        for authorization in asked.authorizations:
            if authorization.body.status != messages.STATUS_VALID:
                _answer(authority, authorization, answers, kept)
        # Its clock has no time zone.
        made = authority.poll_and_finalize(asked, datetime.now() + _PATIENCE)  # noqa: DTZ005
    return f"{made.fullchain_pem.strip()}\n{key}"


def _authority(directory: str, account: Path) -> client.ClientV2:
    if not account.exists():
        write_whole(account, _new_key())
    key = JWK.load(account.read_bytes())
    network = Network(key, alg=ES256, user_agent=f"Centralka/{__version__}", timeout=_TIMEOUT)
    authority = client.ClientV2(client.ClientV2.get_directory(directory, network), network)
    if authority.external_account_required():
        raise CannotObtain(
            _("the authority wants an account that was opened with it before; choose another authority.")
        )
    wanted = messages.NewRegistration.from_data(terms_of_service_agreed=True)
    try:
        authority.new_account(wanted)
    except errors.ConflictError as known:
        authority.query_registration(messages.RegistrationResource(uri=known.location, body=messages.Registration()))
    return authority


def _answer(
    authority: client.ClientV2, authorization: messages.AuthorizationResource, answers: Answers, kept: ExitStack
) -> None:
    """Have the panel answer for as long as `kept` is open, and tell the authority to look."""
    for offered in authorization.body.challenges:
        if isinstance(offered.chall, challenges.HTTP01):
            response, text = offered.response_and_validation(authority.net.key)
            kept.enter_context(answers.kept(offered.chall.encode("token"), text))
            authority.answer_challenge(offered, response)
            return
    raise CannotObtain(_("the authority offers no check over HTTP (HTTP-01)."))


def _new_key() -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _refused_checks(error: errors.ValidationError) -> str:
    found = [each.error for authorization in error.failed_authzrs for each in authorization.body.challenges]
    return "; ".join(told.detail or told.typ for told in found if told is not None)


def _refusal(error: messages.Error) -> CannotObtain:
    problem = _shortened(error.detail or error.description or error.typ)
    if error.code == "rateLimited":
        return CannotObtain(
            _("the authority was asked too often and wants to be left alone for a while (%(problem)s)."),
            problem=problem,
            is_limit=True,
        )
    return CannotObtain(_("the authority refuses (%(problem)s)."), problem=problem)


def _reason(error: BaseException) -> str:
    """Return what went wrong in the end, without the names of the library's classes around it."""
    inner = getattr(error, "reason", None) or next(iter(error.args), None)
    if isinstance(inner, BaseException):
        return _reason(inner)
    return str(error).rpartition("): ")[2] or type(error).__name__


def _shortened(text: str) -> str:
    """Return what an authority says as one line that fits a log and a mail."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return line if len(line) <= 300 else f"{line[:299]}…"
