"""Every sample in `events/` is what its function takes, and no function is without one."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from infra import catalog, schemas
from infra.local.pipeline import Pipeline
from relevo import db
from relevo.db import Database
from relevo.db.migrate import MIGRATIONS, MigrationError, migrate
from tests.support.events import sample

EVENTS = Path(__file__).parents[2] / "events"
QUEUED = (
    "alerts",
    "analyze",
    "broadcast",
    "chatbot",
    "decode",
    "deliver",
    "escalate",
    "learn",
    "media",
    "notify",
    "ocr",
    "plan_social",
    "prioritize",
    "publish_social",
    "quote",
    "relay",
    "release",
    "reports",
    "route",
    "sales_report",
    "survey",
)
SAMPLES = [f"{name}/{path.stem}" for name in QUEUED for path in sorted((EVENTS / name).glob("*.json"))]


def test_every_function_has_a_sample() -> None:
    # Given the catalogue
    # Then each function has at least one sample input
    assert {f.name for f in catalog.FUNCTIONS} == {path.parent.name for path in EVENTS.glob("*/*.json")} - {"schemas"}


def test_the_schemas_are_those_of_the_events() -> None:
    # Given the schemas in the repository
    there = {path.name: path.read_text(encoding="utf-8") for path in schemas.SCHEMAS.glob("*.json")}
    # Then they are what the events say today (else: make docs)
    assert there == schemas.files()


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_taken_or_kept_with_its_reason(pipeline: Pipeline, database: Database, name: str) -> None:
    # Given an empty company, in which nothing the sample names exists
    # When the function gets it
    answer = pipeline.handler(name.split("/")[0])(sample(name), None)
    # Then its form is understood: it is acknowledged, and if it was rejected then because something is missing
    assert answer == {"batchItemFailures": []}
    with database.unit_of_work() as uow:
        reasons = [row["reason"] for row in uow.all("SELECT reason FROM platform.rejected")]
    assert all("there is no" in reason for reason in reasons)


def test_migrations_run_when_a_stack_is_made_and_not_when_it_is_deleted(
    pipeline: Pipeline, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given an empty database
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE untouched")
    url = psycopg.conninfo.make_conninfo(database_url, dbname="untouched")
    monkeypatch.setenv("DATABASE_URL", url)
    db.use(None)
    handler = pipeline.handler("migrate")
    # When the deployment deletes, creates and updates
    deleted, created, updated = (handler(sample(f"migrate/{verb}"), None) for verb in ("delete", "create", "update"))
    # Then only creating applied them, all of them
    assert deleted["Data"]["applied"] == updated["Data"]["applied"] == ""
    assert created["Data"]["applied"].split(",") == sorted(path.name for path in MIGRATIONS.glob("*.sql"))
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("DROP DATABASE untouched")


def test_a_migration_that_fails_fails_the_deployment_and_leaves_nothing(database_url: str, tmp_path: Path) -> None:
    # Given a migration whose second statement is wrong
    (tmp_path / "0900_wrong.sql").write_text("CREATE TABLE public.half (id int);\nSELECT nonsense;\n")
    # When it runs
    with pytest.raises(MigrationError, match=r"0900_wrong\.sql failed"):
        migrate(database_url, tmp_path)
    # Then nothing of it remains
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT to_regclass('public.half')").fetchone() == (None,)


def test_an_applied_migration_must_not_change(database_url: str, tmp_path: Path) -> None:
    # Given a migration that was applied
    file = tmp_path / "0901_fine.sql"
    file.write_text("CREATE TABLE public.fine (id int);\n")
    assert migrate(database_url, tmp_path) == ["0901_fine.sql"]
    # When somebody edits it
    file.write_text("CREATE TABLE public.fine (id bigint);\n")
    # Then the next run says so
    with pytest.raises(MigrationError, match="was changed after it had been applied"):
        migrate(database_url, tmp_path)
