"""Where a webhook may lead, and what its answers mean."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relevo.errors import InvalidInput, PermanentError, RetryableError, Throttled
from relevo.notify import parse_targets
from relevo.notify.post import Answer, _judged, guarded


def resolving(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Every name is at these addresses."""
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)


@pytest.mark.parametrize(
    "address",
    ["10.0.0.5", "127.0.0.1", "169.254.169.254", "192.168.1.1", "100.64.0.1", "0.0.0.0", "::1", "fd00::1",
     "fe80::1%eth0", "::ffff:10.0.0.1", "224.0.0.1", "ff02::1"],
)  # fmt: skip
def test_no_webhook_leads_behind_the_walls(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    # Given a name that is at a public address and at one that is not
    resolving(monkeypatch, "93.184.215.14", address)
    # When it is checked, then it is refused by that address
    with pytest.raises(InvalidInput, match="not a public address"):
        guarded("https://hooks.example.com/x", local=False)


@given(st.ip_addresses())
def test_a_literal_address_is_let_through_only_when_public(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    # Given any address written into a URL
    host = f"[{address}]" if address.version == 6 else str(address)
    # When it is checked
    try:
        _, connected = guarded(f"https://{host}/hook", local=False)
    except InvalidInput:
        connected = None
    # Then what is let through is public, and connected to as checked
    if connected is not None:
        assert ipaddress.ip_address(connected) == address and address.is_global and not address.is_multicast
    else:
        mapped = getattr(address, "ipv4_mapped", None) or address
        assert not mapped.is_global or mapped.is_multicast or address.is_multicast


def test_a_public_name_is_connected_to_where_it_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a public name, when it is checked, then the address to connect to is the one that was looked at
    resolving(monkeypatch, "93.184.215.14")
    parts, address = guarded("https://hooks.example.com/x?y=1", local=False)
    assert (parts.hostname, address) == ("hooks.example.com", "93.184.215.14")


@pytest.mark.parametrize(
    "url",
    ["http://hooks.example.com/x", "ftp://hooks.example.com", "file:///etc/passwd", "https://", "https://u:p@example.com/",
     "https://93.184.215.14:99999/", "hooks.example.com", ""],
)  # fmt: skip
def test_what_is_no_webhook_url_is_refused(url: str) -> None:
    # Given something else than an https URL, when it is checked, then it is refused
    with pytest.raises(InvalidInput):
        guarded(url, local=False)


def test_a_laptop_may_call_itself() -> None:
    # Given the local stage, when loopback is called over http, then it is let through
    assert guarded("http://127.0.0.1:8080/hook", local=True)[1] == "127.0.0.1"


def test_a_name_that_does_not_resolve_now_may_later(monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a resolver that is away
    def away(*_: Any, **__: Any) -> Any:
        raise socket.gaierror("try again")

    monkeypatch.setattr(socket, "getaddrinfo", away)
    # When a URL is checked, then the fault is a passing one
    with pytest.raises(RetryableError, match="does not resolve"):
        guarded("https://hooks.example.com/x", local=False)


@given(st.integers(100, 599))
def test_an_answer_is_success_passing_or_final(status: int) -> None:
    # Given any status
    answer = Answer(status, "words of the provider", 7)
    # When it is judged
    try:
        outcome: str = str(_judged("host", answer).status)
    except Throttled as error:
        outcome = f"wait {error.retry_after}"
    except RetryableError:
        outcome = "again"
    except PermanentError:
        outcome = "never"
    # Then 2xx is success, 429 a pause, 5xx passing and all else final (a redirect too: it is not followed)
    expected = str(status) if status // 100 == 2 else "again" if status >= 500 else "never"
    assert outcome == ("wait 7" if status == 429 else expected)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ([{"channel": "fax"}], "0.channel"),
        ([{"channel": "email"}, {"channel": "slack"}], "1: .*slack needs a url"),
        ([{"channel": "webhook", "url": "https://x.example"}], "secret"),
        ({"channel": "email"}, "list"),
        ([{"channel": "email", "adress": "a@b.c"}], "adress"),
    ],
)
def test_channels_nobody_can_mean_are_refused_by_name(raw: Any, reason: str) -> None:
    # Given channels with a mistake, when they are parsed, then the refusal names it
    with pytest.raises(InvalidInput, match=reason):
        parse_targets(raw)


def test_the_record_never_shows_a_webhook_url() -> None:
    # Given a Slack webhook, whose URL is all one needs to post
    (target,) = parse_targets([{"channel": "slack", "url": "https://hooks.slack.com/services/T0/B0/XSECRET"}])
    # When the record names it, then by its host and a fingerprint
    assert target.recipient.startswith("hooks.slack.com#") and "SECRET" not in target.recipient
