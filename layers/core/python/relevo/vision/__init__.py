"""Reading pictures: what is written in them, vehicle identification numbers, product codes."""

from relevo.vision.cascade import VinReading, read_pages, read_text, read_vin
from relevo.vision.decoder import Service
from relevo.vision.decoder import ask as ask_decoder
from relevo.vision.limits import MOST_BYTES, PAGES, Unreadable
from relevo.vision.picture import Picture, kind_of, open_pages, open_picture
from relevo.vision.reading import Reading, Word
from relevo.vision.vin import ALPHABET as VIN_ALPHABET
from relevo.vision.vin import LENGTH as VIN_LENGTH
from relevo.vision.vin import Decoded, Vin, decode, find

__all__ = [
    "MOST_BYTES",
    "PAGES",
    "VIN_ALPHABET",
    "VIN_LENGTH",
    "Decoded",
    "Picture",
    "Reading",
    "Service",
    "Unreadable",
    "Vin",
    "VinReading",
    "Word",
    "ask_decoder",
    "decode",
    "find",
    "kind_of",
    "open_pages",
    "open_picture",
    "read_pages",
    "read_text",
    "read_vin",
]
