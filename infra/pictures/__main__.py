"""`python -m infra.pictures FOLDER [COUNT]`: write the corpus."""

import sys
from pathlib import Path

from infra.pictures.corpus import write

write(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 300)
