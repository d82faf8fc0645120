"""The operator's own call, with their own AWS rights: put in the company, its articles, users, API keys.

{"company": {…}, "articles": […], "products": […], "customers": […], "api_key": {"name": "…", "scopes": ["…"]},
"api_keys": {"revoke": "…"}, "users": {"create": {…}}}, any of them; all or nothing is done, but wrong products and
customers are told and the others kept. Answers with a summary, or with {"error": "…"} when it cannot be done. Nothing
of what it says is logged: the answer may hold a token or a password.
"""

from typing import Any

from relevo import company
from relevo.db import database
from relevo.errors import PermanentError
from relevo.runtime import logger


def handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    try:
        summary = database().run(lambda uow: company.configure(uow, event, actor="operator"))
    except PermanentError as error:
        logger.warning("nothing was configured: it cannot be done", parts=sorted(event))
        return {"error": str(error)}
    logger.info("configured", parts=sorted(event))
    return summary
