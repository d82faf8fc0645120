"""The agents' console: the built web application, from this function's own package. No database, no VPC."""

import os
from pathlib import Path
from typing import Any

from relevo.website import Website

website = Website(
    Path(__file__).parent / "web/dist",
    "/console",
    socket_url=os.environ.get("RELEVO_SOCKET_URL", ""),
    files_url=os.environ.get("RELEVO_FILES_URL", ""),
)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return website.answer(event)
