"""The live connection of a browser: who connects, what they follow, where they look and type, that they are there."""

from relevo import realtime
from relevo.runtime.websocket import Conversing, websocket

handler = websocket(
    Conversing(connected=realtime.connected, said=realtime.said, disconnected=realtime.disconnected),
)
