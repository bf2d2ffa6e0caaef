"""Finds links to cloud copies of a file, where a reply links to the file instead of attaching it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import parse_qs, urlsplit

#: The services, by their domains, which include all subdomains.
_CLOUD_DOMAINS = (
    *("sharepoint.com", "sharepoint.us", "1drv.ms", "onedrive.live.com", "onedrive.com"),
    *("docs.google.com", "drive.google.com", "sheets.google.com"),
    *("dropbox.com", "db.tt", "box.com", "box.net", "icloud.com", "wetransfer.com", "we.tl"),
)
_SAFE_LINKS_DOMAIN = "safelinks.protection.outlook.com"
#: How many wrappings around a link are removed, and how many links are returned.
_MAX_WRAPPINGS, MAX_LINKS = 5, 100
_MAX_LINK_LENGTH = 4000

_LINK = re.compile(rf"https?://[^\s<>\"'\x00-\x1f\u201c\u201d|]{{4,{_MAX_LINK_LENGTH}}}", re.IGNORECASE)
_BRACKETS = {")": "(", "]": "["}


def find_cloud_links(text: str) -> tuple[str, ...]:
    """Return the links in `text` to cloud copies, without duplicates, in order, unwrapped from mail filters."""
    return filter_cloud_links(match[0] for match in _LINK.finditer(text))


def filter_cloud_links(links: Iterable[str]) -> tuple[str, ...]:
    """Return those of the links that lead to cloud copies, as `find_cloud_links` does."""
    cloud_links: dict[str, None] = {}
    for link in links:
        unwrapped_link = _unwrap(_strip_punctuation(link.strip()))
        if unwrapped_link not in cloud_links and _is_cloud(unwrapped_link):
            cloud_links[unwrapped_link] = None
        if len(cloud_links) == MAX_LINKS:
            break
    return tuple(cloud_links)


def _strip_punctuation(link: str) -> str:
    """Strip the punctuation of the surrounding sentence from a link."""
    while link and (link[-1] in ".,;:!?*_" or (link[-1] in _BRACKETS and _BRACKETS[link[-1]] not in link)):
        link = link[:-1]
    return link


def _unwrap(link: str) -> str:
    for _ in range(_MAX_WRAPPINGS):
        host, path, query = _split_url(link)
        if _is_in_domain(host, _SAFE_LINKS_DOMAIN):
            targets = parse_qs(query).get("url", [])
        elif host in ("www.google.com", "google.com", "www.google.co.uk") and path == "/url":
            targets = [*parse_qs(query).get("q", []), *parse_qs(query).get("url", [])]
        else:
            break
        if not targets or len(targets[0]) > _MAX_LINK_LENGTH:
            break
        link = "".join(targets[0].split())
    return link


def _is_cloud(link: str) -> bool:
    host, path, query = _split_url(link)
    return any(_is_in_domain(host, service) for service in _CLOUD_DOMAINS) and (len(path) > 1 or bool(query))


def _is_in_domain(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")


def _split_url(link: str) -> tuple[str, str, str]:
    """Split a link into host, path and query; all empty if it is not a web address."""
    try:
        parts = urlsplit(link)
        host = parts.hostname or ""
    except ValueError:
        return "", "", ""
    return (host, parts.path, parts.query) if parts.scheme in ("http", "https") else ("", "", "")
