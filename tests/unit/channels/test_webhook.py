"""Webhooks are cut into parts without losing any, whatever their shape."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relevo.channels import inbound
from relevo.channels.webhook import Part, split
from tests.support import samples

SQS_IDENTIFIER = re.compile(r"[!-~]{1,128}")
KEPT_LISTS = ("messages", "message_echoes", "statuses", "errors", "user_id_update", "calls", "state_sync")

anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["\x00", "\ud83d", "a b"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


def count(payload: Any) -> int:
    """How many items a payload holds, counted without the code under test."""
    if not isinstance(payload, dict) or not isinstance(payload.get("entry"), list):
        return 1
    total = 0
    for entry in payload["entry"]:
        lists = [
            entry[n]
            for n in ("changes", "messaging", "standby")
            if isinstance(entry, dict) and isinstance(entry.get(n), list)
        ]
        total += 0 if lists else 1
        for name in ("messaging", "standby"):
            if isinstance(entry, dict) and isinstance(entry.get(name), list):
                total += len(entry[name])
        for change in entry["changes"] if isinstance(entry, dict) and isinstance(entry.get("changes"), list) else ():
            value = change.get("value") if isinstance(change, dict) else None
            held = [value[n] for n in KEPT_LISTS if isinstance(value, dict) and isinstance(value.get(n), list)]
            total += sum(map(len, held)) or 1
    return total


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of everything inside a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, held in inner for place in places(held, (*path, key)))]


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    """A sample in which up to four places were replaced, removed or doubled."""
    payload = json.loads(json.dumps(draw(st.sampled_from(list(samples.ingest().values())))))
    for _ in range(draw(st.integers(1, 4))):
        path = draw(st.sampled_from(places(payload)))
        if not path:
            continue
        holder = payload
        for step in path[:-1]:
            holder = holder[step]
        match draw(st.sampled_from(["replace", "remove", "double"])):
            case "replace":
                holder[path[-1]] = draw(anything)
            case "remove":
                del holder[path[-1]]
            case "double" if isinstance(holder, list):
                holder.append(holder[path[-1]])
    return payload


def check(payload: Any) -> None:
    parts = split(payload)
    assert len(parts) == count(payload)
    for part in parts:
        assert SQS_IDENTIFIER.fullmatch(part.group)
        assert SQS_IDENTIFIER.fullmatch(part.deduplication)
        assert part.lane in ("inbound", "statuses")
        body = json.loads(json.dumps(part.body, allow_nan=False, ensure_ascii=False).encode())
        parsed = inbound.parse(body)
        assert parsed.account_id == part.body["account"]
        assert parsed.at.tzinfo if hasattr(parsed, "at") else parsed.sent_at.tzinfo


@settings(max_examples=300, deadline=None)
@given(mutated())
def test_a_mutated_webhook_keeps_every_item(payload: Any) -> None:
    # Given a real webhook changed at random / When it is cut and parsed / Then every item is kept, nothing raises
    check(payload)


@settings(max_examples=200, deadline=None)
@given(anything)
def test_any_json_is_kept(payload: Any) -> None:
    # Given any JSON at all / When it is cut and parsed / Then nothing raises and its items are all there
    check(payload)


@pytest.mark.parametrize("name", sorted(samples.ingest()))
def test_every_sample_is_kept(name: str) -> None:
    # Given each sample / When it is cut and parsed / Then every item is kept
    check(samples.ingest()[name])


def test_nesting_without_end_is_cut_off() -> None:
    # Given a message nested 500 levels deep
    deep: Any = "end"
    for _ in range(500):
        deep = [deep]
    # When it is cut
    (part,) = split(samples.said("text", {"body": "hola", "extra": deep}, 1))
    # Then its text survives and its depth does not
    assert part.body["data"]["text"]["body"] == "hola"
    assert len(places(part.body)) < 200


def one(payload: Any) -> Part:
    (part,) = split(payload)
    return part


def test_a_person_keeps_one_order_with_and_without_a_phone() -> None:
    # Given the same customer, once with phone and user id, once with the user id alone
    both = one(samples.said("text", {"body": "1"}, 1))
    bare = one(samples.said("text", {"body": "2"}, 2, samples.Person(None, "Ana", user_id=samples.ANA.user_id)))
    # When both are cut / Then they share a group
    assert both.group == bare.group == f"{samples.CENTRO.phone_number_id}:{samples.ANA.user_id}"


def test_what_an_edit_changes_comes_before_it() -> None:
    # Given a message, its edit and its deletion / When they are cut
    groups = {one(samples.ingest()[name]).group for name in ("text", "edit", "revoke")}
    # Then they are in one order
    assert len(groups) == 1


def test_statuses_have_their_own_lane_and_repeat_by_step() -> None:
    # Given three steps of one message, and the first once more
    steps = [one(samples.ingest()[f"status_{name}"]) for name in ("sent", "delivered", "read", "sent")]
    # When they are cut / Then they go to the lane of statuses, and only the repetition repeats
    assert {part.lane for part in steps} == {"statuses"}
    assert len({part.deduplication for part in steps}) == 3
    assert steps[0].deduplication == steps[3].deduplication


def test_a_notice_that_is_true_again_later_is_not_a_repetition() -> None:
    # Given a template paused twice, at two times
    first, second = (json.loads(json.dumps(samples.ingest()["template_status"])) for _ in range(2))
    first["entry"][0]["time"], second["entry"][0]["time"] = 1_795_240_800, 1_795_250_800
    # When both are cut / Then they are two
    assert one(first).deduplication != one(second).deduplication
    assert one(first).deduplication == one(json.loads(json.dumps(first))).deduplication


def test_a_batch_gives_each_message_its_own_contact() -> None:
    # Given a batch of two people's messages, a status, a novelty, and another number's message
    parts = split(samples.ingest()["batch"])
    # When it is cut / Then each part names its own contact and account
    assert [(p.body["item"], (p.body["contact"] or {}).get("profile", {}).get("name")) for p in parts] == [
        ("message", "Ana María Núñez"),
        ("message", "Béa"),
        ("status", None),
        ("change", None),
        ("message", "Ana María Núñez"),
    ]
    assert parts[4].body["account"] == samples.NORTE.phone_number_id


def test_importing_it_loads_no_library() -> None:
    # Given a fresh interpreter / When intake's part of the package is imported
    program = (
        "import sys, relevo.channels.webhook; print(*(set(sys.modules) & {'pydantic', 'httpx', 'boto3', 'psycopg'}))"
    )
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    # Then no library came with it
    assert loaded.stdout.strip() == ""
