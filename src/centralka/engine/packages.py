"""The packages of Debian that the engine is made of, and what is taken of them."""

import re
import shutil
from pathlib import Path

PACKAGES = ("asterisk", "asterisk-modules", "asterisk-core-sounds-en-gsm")

# Packages that only serve modules we never load (or Debian's own set-up scripts): two thirds of the download. A name
# that is missing here costs megabytes, nothing else; a name too many is found by `resolve`, which leaves out a module
# without its libraries, and `assemble`, which refuses that for a required one.
UNNEEDED_PACKAGES = re.compile(
    r"adduser|asterisk-config|base-passwd|debconf|dirmngr|freetds|gnupg|gpg|login|passwd|pci\.ids|perl|pinentry|"
    r"readline|tzdata|openssl-provider-legacy|libc-gconv|"
    r"lib(asound|assuan|audit|blkid|brotli|cap-ng|codec2|curl|db5|debconf|event|ffi|gcrypt|gdbm|glib2|gmime|gmp10|gnutls|"
    r"gpg|hogweed|ical|icu|idn2|iksemel|jack|jwt|ksba|ltdl|lua|mount|neon|nettle|nghttp|ngtcp|nl-|npth|ntlm|odbc|p11|pam|"
    r"pci|pcre|perl|portaudio|psl|radcli|readline|resample|samplerate|selinux|semanage|sensors|sepol|snmp|ssh2|sybdb|"
    r"tasn1|udev|unbound|unistring|wrap|b64)"
)

# The ciphers behind libsrtp.
OPENED_LATER = ("libsoftokn3*", "libfreebl*")

# Downloads of 26 MB, a bundle of 60 MB.
NEEDED_BYTES = 250_000_000


def copy_share(source: Path, share: Path) -> None:
    """Copy the sounds, and the documentation without which the engine refuses its own options."""
    for name in ("documentation", "sounds"):
        shutil.copytree(source / name, share / name, ignore_dangling_symlinks=True)
    # Debian makes this link when a package is configured, which never happens here.
    voice = next(iter(sorted((share / "sounds").glob("en_*"))), None)
    if voice and not (share / "sounds/en").exists():
        (share / "sounds/en").symlink_to(voice.name)
