"""The generated parts of the documentation are current."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra import catalog, diagram
from tests.infra.templates import Templates


@pytest.mark.parametrize("file", diagram.PAGES, ids=lambda file: file.name)
def test_a_page_shows_the_catalogue_and_the_settings_of_today(file: Path) -> None:
    # Given the page as it stands
    page = file.read_text()
    # When its generated parts are made anew, then nothing changes
    assert diagram.rendered(page) == page, "run: make docs"


def test_the_picture_has_every_function_and_every_ordered_queue() -> None:
    # Given the picture
    picture = diagram.flow()
    # Then nothing of the catalogue is missing
    for entry in catalog.FUNCTIONS:
        assert f"  {entry.name}[{entry.name}]" in picture
    for queue in catalog.streams().values():
        assert f"[/{queue.name}/]" in picture


def test_the_costs_count_the_alarms_that_are_deployed(prod: Templates) -> None:
    from infra import costs, stages

    # Given the alarms of production
    deployed = len(prod.of_type("AWS::CloudWatch::Alarm"))
    # Then the month's costs count as many
    assert f"{deployed} alarms" in costs.fixed(stages.load("prod"))


def test_a_part_nobody_makes_is_refused() -> None:
    with pytest.raises(KeyError, match="weather"):
        diagram.rendered("<!-- generated:weather -->\nsunny\n<!-- end -->")
