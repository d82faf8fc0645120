"""`python -m infra.pictures FOLDER [COUNT]`: write the corpus."""

import argparse
from pathlib import Path

from infra.pictures.corpus import write

parser = argparse.ArgumentParser(prog="python -m infra.pictures", description="Pictures of VINs, with their truth.")
parser.add_argument("folder", type=Path, help="where they go, with truth.csv")
parser.add_argument("count", type=int, nargs="?", default=300, help="how many (300)")
asked = parser.parse_args()
write(asked.folder, asked.count)
