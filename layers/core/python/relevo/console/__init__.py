"""The agent console's side of the desk: conversations as people see them, and what people write in them.

It reads across contexts, one query a page: a row of the inbox shows the customer, the ticket and who holds it.
"""

from relevo.console.conversation import conversation, history
from relevo.console.drafts import keep_draft
from relevo.console.items import items
from relevo.console.listing import Filters, Page, Place, Viewer, counts, list_conversations
from relevo.console.marks import mark_read
from relevo.console.messages import Step, ledger, message, messages, page
from relevo.console.sending import Locked, NewerMessage, Sent, WindowClosed, Words, Writer, retry, send, write_note
from relevo.console.shapes import (
    Box,
    Conversation,
    ConversationItem,
    Counts,
    Message,
    Owner,
    PictureReading,
    Presence,
    Summary,
)
from relevo.console.summary import refresh as summarize
from relevo.console.summary import stored as current_summary

__all__ = [
    "Box",
    "Conversation",
    "ConversationItem",
    "Counts",
    "Filters",
    "Locked",
    "Message",
    "NewerMessage",
    "Owner",
    "Page",
    "PictureReading",
    "Place",
    "Presence",
    "Sent",
    "Step",
    "Summary",
    "Viewer",
    "WindowClosed",
    "Words",
    "Writer",
    "conversation",
    "counts",
    "current_summary",
    "history",
    "items",
    "keep_draft",
    "ledger",
    "list_conversations",
    "mark_read",
    "message",
    "messages",
    "page",
    "retry",
    "send",
    "summarize",
    "write_note",
]
