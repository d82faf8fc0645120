"""WhatsApp Cloud API: parse what comes in, build and send what goes out, and know what each error asks for."""

from relevo.channels.whatsapp.errors import AmbiguousSend, SendRejected, Verdict, classify
from relevo.channels.whatsapp.graph import GraphAccount, mark_read_and_type, send
from relevo.channels.whatsapp.inbound import parse
from relevo.channels.whatsapp.media import MediaGone, MediaRefused, RemoteFile, download, locate, upload
from relevo.channels.whatsapp.outbound import build

__all__ = [
    "AmbiguousSend",
    "GraphAccount",
    "MediaGone",
    "MediaRefused",
    "RemoteFile",
    "SendRejected",
    "Verdict",
    "build",
    "classify",
    "download",
    "locate",
    "mark_read_and_type",
    "parse",
    "send",
    "upload",
]
