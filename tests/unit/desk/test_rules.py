"""What a rule's conditions mean, and what of them is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relevo.desk.rules import Conditions, Facts, applies, fold, parse_conditions
from relevo.errors import InvalidInput

LEVELS = ["critical", "urgent", "high", "medium", "low"]
NAMES = st.sampled_from(["billing", "technical", "web", "phone", "es", "en", "centro", "norte"])

facts = st.builds(
    Facts,
    text=st.text(max_size=60),
    category=NAMES,
    source=NAMES,
    tier=st.sampled_from(["standard", "vip"]),
    priority=st.none() | st.sampled_from(LEVELS),
    branch=st.none() | NAMES,
    language=st.none() | NAMES,
)
values = st.lists(NAMES, min_size=1, max_size=3)
conditions = st.fixed_dictionaries(
    {},
    optional={
        "priority": st.lists(st.sampled_from(LEVELS), min_size=1, max_size=3),
        "category": values,
        "source": values,
        "tier": st.lists(st.sampled_from(["standard", "vip"]), min_size=1, max_size=2),
        "branch": values,
        "language": values,
        "words": st.lists(st.text("abcd", min_size=1, max_size=2), min_size=1, max_size=3),
    },
)


@given(conditions, facts)
def test_all_conditions_must_hold_and_each_does_when_any_value_does(raw: dict[str, list[str]], seen: Facts) -> None:
    # Given conditions taken one by one
    def holds(name: str, wanted: list[str]) -> bool:
        if name == "words":
            return bool(set(fold(seen.text).split()) & set(wanted))
        return getattr(seen, name) in wanted

    # When they are asked together
    # Then they apply exactly when each holds
    assert applies(parse_conditions(raw), seen) == all(holds(name, wanted) for name, wanted in raw.items())


@given(conditions, facts, st.sampled_from(["priority", "category", "source", "tier", "branch", "language"]))
def test_one_more_condition_never_widens_a_rule(raw: dict[str, list[str]], seen: Facts, name: str) -> None:
    # Given a rule and the same with one condition less
    wider = {key: wanted for key, wanted in raw.items() if key != name}
    # When both are asked
    # Then what the narrow one takes, the wide one takes too
    assert not applies(parse_conditions(raw), seen) or applies(parse_conditions(wider), seen)


@given(facts)
def test_a_rule_without_conditions_takes_everything(seen: Facts) -> None:
    # Given no conditions, when any ticket comes, then they hold
    assert applies(Conditions(), seen)


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("El sistema está CAÍDO.", "caido", True),
        ("El sistema está caido", "caído", True),
        ("no   funciona\nnada", "no funciona", True),
        ("descaído", "caido", False),
        ("the site is down!", "down", True),
        ("countdown", "down", False),
        ("Straße", "strasse", True),
    ],
)
def test_words_are_whole_in_any_case_and_accent(text: str, word: str, expected: bool) -> None:
    # Given a text, when a word is looked for, then only the whole word counts
    seen = Facts(text=text, category="general", source="web", tier="standard")
    assert applies(Conditions(words=(word,)), seen) is expected


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ({"prioritty": ["low"]}, "prioritty"),
        ({"priority": ["enormous"]}, "priority"),
        ({"priority": []}, "priority"),
        ({"words": [""]}, "words"),
        ({"tier": ["gold"]}, "tier"),
        ({"category": "billing"}, "category"),
        (["billing"], "Conditions"),
    ],
)
def test_conditions_nobody_can_mean_are_refused_by_name(raw: Any, reason: str) -> None:
    # Given conditions with a mistake, when they are parsed, then the refusal names it
    with pytest.raises(InvalidInput, match=reason):
        parse_conditions(raw)
