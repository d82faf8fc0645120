"""What the agent console takes from the backend's code: the API's description and the roles' permissions.

`npm run types` in functions/console/web writes both down as TypeScript and JSON; a test tells when they are stale.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from relevo.access.permissions import PERMISSIONS, ROLE_NAMES, ROLES
from relevo.api import app
from relevo.api.docs import openapi

SOURCES = Path(__file__).parents[1] / "functions" / "console" / "web" / "src"


def document() -> str:
    """The OpenAPI document, the same text for the same API."""
    return json.dumps(openapi(app), sort_keys=True)


def digest() -> str:
    """What the generated types say they were made from."""
    return hashlib.sha256(document().encode()).hexdigest()


def roles() -> str:
    """Each role's permissions in the vocabulary's order, as the console's file holds them."""
    said = {role: [permission for permission in PERMISSIONS if permission in ROLES[role]] for role in ROLE_NAMES}
    return json.dumps(said, indent=2) + "\n"


if __name__ == "__main__":
    print(json.dumps({"document": document(), "digest": digest(), "roles": roles()}))
