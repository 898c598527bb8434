"""The packages of Debian that the edge is made of."""

import re

PACKAGES = (
    "kamailio",
    "kamailio-lua-modules",
    "kamailio-outbound-modules",
    "kamailio-postgres-modules",
    "kamailio-presence-modules",
    "kamailio-sqlite-modules",
    "kamailio-tls-modules",
    "kamailio-websocket-modules",
    "lua-lsqlite3",
)

# Packages for scripts that we never run (Python, Perl, PostgreSQL's client) and for modules we never load: half of the
# download. A name too many is found as with the engine's: by `resolve` and `assemble`.
UNNEEDED_PACKAGES = re.compile(
    r"adduser|base-passwd|debconf|gcc-|login|media-types|netbase|openssl-provider-legacy|passwd|perl|postgresql-client|"
    r"python3|readline|sensible-utils|tzdata|libc-gconv|"
    r"lib(acl|attr|audit|brotli|bsd|bz2|cap-ng|curl|db5|debconf|expat|ffi|gdbm|idn2|lz4|lzma|md0|ncurses|nghttp|ngtcp|pam|"
    r"pcre|perl|psl|python|readline|rtmp|selinux|semanage|sepol|ssh2|systemd|tinfo|uuid|xxhash)"
)

# The C library opens the first when a thread ends early; edge/accounts.lua the second, which is the module `lsqlite3`.
OPENED_LATER = ("libgcc_s.so.1", "liblua5.4-lsqlite3.so.0")
LUA_MODULE = "lsqlite3.so"
"""The same module where Debian's packages install it, in a folder of Lua's."""

# Downloads of 25 MB, a bundle of 61 MB.
NEEDED_BYTES = 250_000_000
