"""The console is written against the API as it is."""

from infra import console_types


def test_the_consoles_types_are_those_of_the_api() -> None:
    # Given the types the console is checked against
    types = (console_types.SOURCES / "api" / "schema.d.ts").read_text(encoding="utf-8")

    # Then they were made from the API's description as it is now; else: npm run types in functions/console/web
    assert types.partition("\n")[0].endswith(f"OpenAPI {console_types.digest()}")


def test_the_console_explains_the_roles_as_they_are() -> None:
    # Given what the console says each role may do
    said = (console_types.SOURCES / "people" / "roles.json").read_text(encoding="utf-8")

    # Then it is what they may do; else: npm run types in functions/console/web
    assert said == console_types.roles()
