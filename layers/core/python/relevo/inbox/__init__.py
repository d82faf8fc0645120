"""Customers' conversations: what comes in, who holds them, what goes out."""

from relevo.inbox.conversations import Conversation, change_owner, close, lock
from relevo.inbox.delivery import deliver
from relevo.inbox.identities import Person
from relevo.inbox.receiving import receive
from relevo.inbox.replies import queue_reply

__all__ = ["Conversation", "Person", "change_owner", "close", "deliver", "lock", "queue_reply", "receive"]
