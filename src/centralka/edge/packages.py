"""The packages of Debian that the edge is made of."""

import re

PACKAGES = (
    "kamailio",
    "kamailio-outbound-modules",
    "kamailio-postgres-modules",
    "kamailio-presence-modules",
    "kamailio-sqlite-modules",
    "kamailio-tls-modules",
    "kamailio-websocket-modules",
)

# Packages for scripts that we never run (Python, Perl, PostgreSQL's client) and for modules we never load: half of the
# download. A name too many is found as with the engine's: by `resolve` and `assemble`.
UNNEEDED_PACKAGES = re.compile(
    r"adduser|base-passwd|debconf|gcc-|login|media-types|netbase|openssl-provider-legacy|passwd|perl|postgresql-client|"
    r"python3|readline|sensible-utils|tzdata|libc-gconv|"
    r"lib(acl|attr|audit|brotli|bsd|bz2|cap-ng|curl|db5|debconf|expat|ffi|gdbm|idn2|lz4|lzma|md0|ncurses|nghttp|ngtcp|pam|"
    r"pcre|perl|psl|python|readline|rtmp|selinux|semanage|sepol|ssh2|systemd|tinfo|uuid|xxhash)"
)

# The C library opens it when a thread ends early.
OPENED_LATER = ("libgcc_s.so.1",)

# Downloads of 24 MB, a bundle of 61 MB.
NEEDED_BYTES = 250_000_000
