from __future__ import annotations

from tests.integration.api.conftest import api, module_url, shared_database

__all__ = ["api", "module_url", "shared_database"]
