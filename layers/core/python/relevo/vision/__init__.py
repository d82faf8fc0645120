"""Reading pictures: what is written in them, vehicle identification numbers, product codes."""

from relevo.vision.cascade import VinReading, read_text, read_vin
from relevo.vision.picture import Picture, Unreadable, open_picture
from relevo.vision.reading import Reading, Word
from relevo.vision.vin import Decoded, Vin, decode, find

__all__ = [
    "Decoded",
    "Picture",
    "Reading",
    "Unreadable",
    "Vin",
    "VinReading",
    "Word",
    "decode",
    "find",
    "open_picture",
    "read_text",
    "read_vin",
]
