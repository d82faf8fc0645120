"""Publishing exactly once: each network's way as steps, an engine that takes publications along it."""

from relevo.social.publishing import tokens
from relevo.social.publishing.engine import CROSSINGS, GIVE_UP, LEASE, publish, publish_due

__all__ = ["CROSSINGS", "GIVE_UP", "LEASE", "publish", "publish_due", "tokens"]
