"""Which addresses may be asked: the public internet over HTTP or HTTPS, and networks set by the operator.

A feed address is typed by a person and could point inside our own network; so could its redirects
and its name's addresses, which are therefore looked up once, checked, and then used as looked up.
"""

import ipaddress
import os
import socket
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from sojourn.preparedness.alerts.feeds import CannotFetch

PORTS: Final = {"http": 80, "https": 443}
# For networks of one's own, such as "127.0.0.0/8,10.2.0.0/16".
ENVIRONMENT: Final = "SOJOURN_FEED_NETWORKS"

NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052

Ip = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Address:
    """Where to connect for a URL, and what to ask there."""

    scheme: str
    host: str
    port: int
    ip: str
    path: str


def check_can_ask(url: str) -> None:
    """Refuse an address by its form alone, without looking its name up. Raises CannotFetch."""
    parts = _parts(url)
    try:
        ip = ipaddress.ip_address(parts[1])
    except ValueError:
        return
    _check_network(ip)


def resolve(url: str) -> Address:
    """Return where to connect. Raises CannotFetch when no address of the name may be asked."""
    scheme, host, port, path = _parts(url)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise CannotFetch(_("The name %(host)s cannot be found.") % {"host": host}) from error
    ips = [str(entry[4][0]) for entry in found]
    for ip in ips:  # one bad address among good ones is a trick, not an accident
        _check_network(ipaddress.ip_address(ip.split("%")[0]))
    return Address(scheme, host, port, ips[0], path)


def _parts(url: str) -> tuple[str, str, int, str]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise CannotFetch(_("This is not an address that can be asked.")) from error
    if parts.scheme not in PORTS or not parts.hostname:
        raise CannotFetch(_("Only addresses with http:// or https:// can be asked."))
    if parts.username or parts.password:
        raise CannotFetch(_("An address must not hold a name or a password."))
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if any(ord(mark) <= 32 or ord(mark) > 126 for mark in path):
        raise CannotFetch(_("This is not an address that can be asked."))
    return parts.scheme, parts.hostname, port or PORTS[parts.scheme], path


def _check_network(ip: Ip) -> None:
    ip = _meant(ip)
    if any(ip in network for network in _allowed()):
        return
    if not ip.is_global or ip.is_multicast:
        raise CannotFetch(_("The address leads into a private network, which is not allowed here."))


def _meant(ip: Ip) -> Ip:
    """Return the IPv4 address that some IPv6 addresses only wrap, so that none hides in them."""
    if isinstance(ip, ipaddress.IPv4Address):
        return ip
    if ip in NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
    teredo = ip.teredo
    return ip.ipv4_mapped or ip.sixtofour or (teredo[1] if teredo else ip)


def _allowed() -> list[Network]:
    """Return the networks the operator opened."""
    texts = getattr(settings, "ALERT_FEED_NETWORKS", None)
    if texts is None:
        texts = os.environ.get(ENVIRONMENT, "").split(",")
    return [ipaddress.ip_network(text.strip()) for text in texts if text.strip()]
