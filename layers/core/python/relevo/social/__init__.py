"""What the company publishes on Instagram, Facebook and TikTok: contents, approval, plan, publishing exactly once."""

from relevo.social import accounts, generating, media, outcomes, planning, posts, slots
from relevo.social.accounts import Account
from relevo.social.generating import PURPOSES, NoModel, Purpose
from relevo.social.networks import KINDS, LIMITS, NETWORKS, UPLOAD_TYPES, Kind, Limits, Network, Shortcoming
from relevo.social.posts import Content, NotPossible, Post, Publication, Unfit
from relevo.social.publishing import publish, publish_due, tokens
from relevo.social.telling import tell

__all__ = [
    "KINDS",
    "LIMITS",
    "NETWORKS",
    "PURPOSES",
    "UPLOAD_TYPES",
    "Account",
    "Content",
    "Kind",
    "Limits",
    "Network",
    "NoModel",
    "NotPossible",
    "Post",
    "Publication",
    "Purpose",
    "Shortcoming",
    "Unfit",
    "accounts",
    "generating",
    "media",
    "outcomes",
    "planning",
    "posts",
    "publish",
    "publish_due",
    "slots",
    "tell",
    "tokens",
]
