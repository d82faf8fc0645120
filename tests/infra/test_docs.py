"""The generated parts of the documentation are current."""

from __future__ import annotations

import pytest

from infra import catalog, diagram


def test_the_architecture_page_shows_the_catalogue_of_today() -> None:
    # Given the page as it stands
    page = diagram.PAGE.read_text()
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


def test_a_part_nobody_makes_is_refused() -> None:
    with pytest.raises(KeyError, match="weather"):
        diagram.rendered("<!-- generated:weather -->\nsunny\n<!-- end -->")
