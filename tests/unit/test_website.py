"""A built application in browsers' hands: the page with its own nonce, files for a year, nothing from outside."""

from __future__ import annotations

import base64
import gzip
import re
from pathlib import Path
from typing import Any

import pytest

from relevo.website import Website
from tests.support.gateway import request

SOCKET = "wss://abc.execute-api.eu-west-1.amazonaws.com/live"
FILES = "https://relevo-media.s3.eu-west-1.amazonaws.com"


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text('<meta name="csp-nonce" content="__NONCE__"><div id="root"></div>')
    (folder / "assets" / "main-4f2a.js").write_text("let relevo = 1;\n" * 200)
    (folder / "assets" / "inter-9c1b.woff2").write_bytes(bytes(range(256)) * 8)
    (folder / "icon.svg").write_text("<svg/>")
    (tmp_path / "secret.txt").write_text("not yours")
    return folder


def get(dist: Path, path: str, **headers: str) -> dict[str, Any]:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return Website(dist, "/console", SOCKET, FILES).answer(request("GET", path, headers=sent, scopes=None))


def body(answer: dict[str, Any]) -> bytes:
    return base64.b64decode(answer["body"])


@pytest.mark.parametrize("path", ["/", "/console/"])
def test_a_browser_beside_the_path_is_sent_to_it(dist: Path, path: str) -> None:
    # When somebody asks for the root, or with a slash too many, then they are sent on
    answer = get(dist, path)
    assert (answer["statusCode"], answer["headers"]["location"]) == (308, "/console")


@pytest.mark.parametrize(
    "path", ["/console", "/console/inbox", "/console/tickets/0198c0de-0000-7000-8000-000000000001"]
)
def test_every_address_inside_the_application_is_its_page(dist: Path, path: str) -> None:
    # When a deep link is opened
    answer = get(dist, path)
    # Then the page comes, asked for each time
    assert answer["statusCode"] == 200 and b'<div id="root">' in body(answer)
    assert answer["headers"]["cache-control"] == "no-cache"


def test_each_page_has_a_nonce_of_its_own(dist: Path) -> None:
    # When the page is asked for twice
    answers = [get(dist, "/console") for _ in range(2)]
    # Then each policy names the nonce its page carries, and they differ
    nonces = [re.search(rb'content="([^"]{20,})"', body(answer)) for answer in answers]
    said = [found.group(1).decode() for found in nonces if found]
    for nonce, answer in zip(said, answers, strict=True):
        assert f"style-src 'self' 'nonce-{nonce}'" in answer["headers"]["content-security-policy"]
    assert len(set(said)) == 2


def test_the_page_may_call_its_own_host_and_the_socket_only(dist: Path) -> None:
    # When the page's policy is read
    rules = dict(rule.split(" ", 1) for rule in get(dist, "/console")["headers"]["content-security-policy"].split("; "))
    # Then nothing else runs, frames it, or is called
    assert rules["connect-src"] == f"'self' wss://abc.execute-api.eu-west-1.amazonaws.com {FILES}"
    assert rules["script-src"] == rules["default-src"] == "'self'"
    # And pictures and sound come from where files are kept, too
    assert FILES in rules["img-src"].split() and rules["media-src"] == f"'self' blob: {FILES}"
    assert rules["frame-ancestors"] == rules["base-uri"] == rules["object-src"] == "'none'"


def test_a_hashed_file_is_kept_for_a_year(dist: Path) -> None:
    # When a file with a hash in its name is asked for
    answer = get(dist, "/console/assets/main-4f2a.js")
    # Then it need never be asked for again
    assert answer["headers"]["cache-control"] == "public, max-age=31536000, immutable"
    assert answer["headers"]["content-type"] == "text/javascript; charset=utf-8"


def test_text_is_compressed_for_whoever_takes_it(dist: Path) -> None:
    # When a browser accepts gzip, and another does not
    compressed, plain = (
        get(dist, "/console/assets/main-4f2a.js", accept_encoding="br, gzip"),
        get(dist, "/console/assets/main-4f2a.js"),
    )
    # Then both get the same
    assert compressed["headers"]["content-encoding"] == "gzip" and "content-encoding" not in plain["headers"]
    assert gzip.decompress(body(compressed)) == body(plain)
    assert compressed["isBase64Encoded"] is True


def test_a_font_arrives_as_it_is(dist: Path) -> None:
    # When a file that is no text is asked for
    answer = get(dist, "/console/assets/inter-9c1b.woff2", accept_encoding="gzip")
    # Then its bytes are those on disk
    assert body(answer) == (dist / "assets" / "inter-9c1b.woff2").read_bytes()
    assert answer["headers"]["content-type"] == "font/woff2"


def test_a_file_that_did_not_change_is_not_sent_again(dist: Path) -> None:
    # Given a browser that has the icon
    tag = get(dist, "/console/icon.svg")["headers"]["etag"]
    # When it asks again
    answer = get(dist, "/console/icon.svg", if_none_match=tag)
    # Then it is told to keep it
    assert (answer["statusCode"], answer["body"]) == (304, "")


@pytest.mark.parametrize(
    "path",
    [
        "/console/assets/gone-1234.js",
        "/console/assets/nothing",
        "/console/../secret.txt",
        "/console/assets/../../secret.txt",
        "/console//etc/passwd.txt",
        "/console/index.html",
        "/consoles",
        "/favicon.ico",
        "/console/a\0.js",
    ],
)
def test_what_is_not_there_or_lies_outside_is_not_found(dist: Path, path: str) -> None:
    # When something else is asked for, then nothing of the disk is shown
    answer = get(dist, path)
    assert answer["statusCode"] == 404 and b"not yours" not in body(answer)


def test_a_link_out_of_the_folder_is_not_followed(dist: Path) -> None:
    # Given a link in the folder to a file outside
    (dist / "assets" / "leak.txt").symlink_to(dist.parent / "secret.txt")
    # When it is asked for, then it is not found
    assert get(dist, "/console/assets/leak.txt")["statusCode"] == 404


def test_a_console_nobody_built_says_so(tmp_path: Path) -> None:
    # Given a package without the application
    answer = get(tmp_path / "dist", "/console")
    # Then whoever opens it reads what is missing
    assert answer["statusCode"] == 503 and b"make deploy" in body(answer)
