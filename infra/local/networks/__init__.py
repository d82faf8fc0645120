"""Instagram, Facebook and TikTok on loopback, as far as Relevo speaks to them, with faults to make.

`Networks` is the memory, `app.create` the server over it. The simulator shows it under `/networks`.
"""

from infra.local.networks.app import create
from infra.local.networks.state import Fault, Networks, Post

__all__ = ["Fault", "Networks", "Post", "create"]
