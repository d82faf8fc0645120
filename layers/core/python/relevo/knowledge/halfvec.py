"""pgvector's halfvec in its binary form: no number is ever printed and parsed.

Connections made after this module was imported take it as a parameter.

The wire format (pgvector, `halfvec_send`): dimensions and a reserved zero as 16-bit integers, then that many 16-bit
floats, all in network order.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from psycopg import adapters
from psycopg.adapt import Dumper
from psycopg.pq import Format

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Halfvec:
    """A query parameter, to be cast: `%s::halfvec`."""

    binary: bytes


class _HalfvecDumper(Dumper):
    format = Format.BINARY

    def dump(self, obj: Halfvec) -> bytes:
        return obj.binary


adapters.register_dumper(Halfvec, _HalfvecDumper)


def write(vector: NDArray[np.float32]) -> Halfvec:
    """`vector` as a parameter."""
    return Halfvec(struct.pack(">hh", len(vector), 0) + vector.astype(">f2").tobytes())


def read(binary: bytes) -> NDArray[np.float32]:
    """A column fetched in binary."""
    import numpy as np

    return np.frombuffer(binary, ">f2", offset=4).astype(np.float32)
