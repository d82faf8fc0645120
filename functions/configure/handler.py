"""The operator's own call, with their own AWS rights: put in the company, its articles, an API key.

{"company": {…}, "articles": […], "api_key": {"name": "…", "scopes": ["…"]}}, any of them; all or nothing is done.
Answers with a summary, or with {"error": "…"} when the document is wrong. Nothing of what it says is logged: the answer
may hold a token.
"""

from typing import Any

from relevo import company
from relevo.db import database
from relevo.errors import InvalidInput
from relevo.runtime import logger


def handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    try:
        summary = database().run(lambda uow: company.configure(uow, event, actor="operator"))
    except InvalidInput as error:
        logger.warning("nothing was configured: the document is wrong", parts=sorted(event))
        return {"error": str(error)}
    logger.info("configured", parts=sorted(event))
    return summary
