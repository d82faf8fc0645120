"""A report asked for over the API, made by its function, fetched by links: with the deployed rights and queues."""

from __future__ import annotations

import httpx

from tests.e2e.phone import eventually


def test_a_report_is_made_and_fetched(api: httpx.Client) -> None:
    # Given a report of last week, asked for by an integration
    asked = api.post("/api/reports", json={"kind": "executive", "scale": "week"})
    assert asked.status_code == 202, asked.text
    path = asked.headers["location"]
    # When it is made
    ready = eventually(
        lambda: found if (found := api.get(path).json())["state"] in ("ready", "failed") else None, "the report"
    )
    assert ready["state"] == "ready", ready["error"]
    # Then its files can be fetched where the API says
    with httpx.Client(timeout=30) as anybody:
        for name, begins in (("pdf", b"%PDF"), ("tickets", b"\xef\xbb\xbfnumber,"), ("html", b"<!doctype html>")):
            link = api.get(f"{path}/files/{name}").json()["url"]
            assert anybody.get(link).raise_for_status().content.startswith(begins), name
