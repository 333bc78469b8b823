"""Addresses of servers: what is one, and how it is shown without its password."""

from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

_SCHEMES: Final = ("postgresql://", "postgres://")


def is_address(other: str) -> bool:
    """Tell whether this names a server, and no file."""
    return other.startswith(_SCHEMES)


def is_unknown(other: str) -> bool:
    """Tell whether this is an address of what is no PostgreSQL server, and names no file either."""
    return "://" in other and not is_address(other)


def hide_password(address: str) -> str:
    """Give an address as it may be shown; a password in it is left out."""
    parts = urlsplit(address)
    user, at, host = parts.netloc.rpartition("@")
    kept = [(key, value) for key, value in parse_qsl(parts.query) if key not in ("password", "sslpassword")]
    return urlunsplit(parts._replace(netloc=f"{user.partition(':')[0]}{at}{host}", query=urlencode(kept)))
