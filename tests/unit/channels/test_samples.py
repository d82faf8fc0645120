"""The sample events are what their generator makes, and carry the signatures they claim."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest

from tests.support import samples

SAMPLES = [
    *(("ingest", name, sample) for name, sample in samples.ingest().items()),
    *(("intake", name, sample) for name, sample in samples.intake().items()),
]


@pytest.mark.parametrize(("folder", "name", "sample"), SAMPLES, ids=[f"{s[0]}/{s[1]}" for s in SAMPLES])
def test_the_file_is_what_the_generator_makes(folder: str, name: str, sample: dict[str, Any]) -> None:
    # Given a generated sample / When its file is read / Then they are the same (python -m tests.support.samples)
    assert (samples.EVENTS / folder / f"{name}.json").read_text(encoding="utf-8") == samples.written(sample)


def test_no_sample_is_left_over() -> None:
    # Given the folders / When they are listed / Then each file has its generator
    kept = {
        (path.parent.name, path.stem) for folder in ("ingest", "intake") for path in (samples.EVENTS / folder).iterdir()
    }
    assert kept == {(folder, name) for folder, name, _ in SAMPLES}


@pytest.mark.parametrize("name", ["text", "text_emoji", "text_base64", "batch", "status_delivered", "not_json"])
def test_the_signature_is_over_the_raw_bytes(name: str) -> None:
    # Given a signed event
    event = json.loads((samples.EVENTS / "intake" / f"{name}.json").read_text(encoding="utf-8"))
    body = base64.b64decode(event["body"]) if event["isBase64Encoded"] else event["body"].encode()
    # When the bytes are signed again / Then it is the header
    expected = hmac.new(b"test-app-secret", body, hashlib.sha256).hexdigest()
    assert event["headers"]["x-hub-signature-256"] == f"sha256={expected}"


def test_non_ascii_is_escaped_as_meta_does() -> None:
    # Given the sample with emoji and a slash
    body = samples.intake()["text_emoji"]["body"]
    # When its body is read and written again / Then the bytes differ, so a signature over the parsed JSON fails
    assert body.isascii()
    assert "\\ud83d\\ude00" in body
    assert "a\\/b" in body
    assert json.dumps(json.loads(body), separators=(",", ":")) != body
