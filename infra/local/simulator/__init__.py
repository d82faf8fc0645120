"""The customer simulator: a phone in the browser whose messages are really signed webhooks, over the Graph stand-in.

`uvicorn infra.local.simulator:app`. Told by the environment:

RELEVO_WEBHOOK_URL          where webhooks go; without it `$RELEVO_API_URL/webhooks/meta`
RELEVO_META_APP_SECRET      what they are signed with
RELEVO_META_ACCESS_TOKEN    the bearer token `deliver` must show
RELEVO_NUMBERS              the branches' numbers as JSON; without it DATABASE_URL is asked, without that the seed
"""

from infra.local.simulator.app import create

app = create()

__all__ = ["app", "create"]
