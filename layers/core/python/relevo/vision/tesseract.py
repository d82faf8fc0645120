"""Tesseract 5 through pytesseract: fast on clean print. Its program comes with its layer, or from the system."""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from relevo.errors import PermanentError
from relevo.vision.reading import Reading, Word

if TYPE_CHECKING:
    from relevo.vision.reading import Pixels

Layout = Literal["block", "sparse", "line"]
_PAGE_MODES: dict[Layout, int] = {"block": 6, "sparse": 11, "line": 7}
_SECONDS = 20


class Tesseract:
    """Reads Spanish and English. `layout` says how the text stands: one block, here and there, or one line; `signs`,
    where it is known, which ones may stand there."""

    name = "tesseract"

    def __init__(self, layout: Layout = "block", languages: str = "spa+eng", signs: str = "") -> None:
        self._options, self._languages = f"--oem 1 --psm {_PAGE_MODES[layout]} -c tessedit_create_tsv=1", languages
        if signs:
            self._options += f" -c tessedit_char_whitelist={signs}"

    def read(self, pixels: Pixels) -> Reading:
        import pytesseract
        from PIL import Image

        pytesseract.pytesseract.tesseract_cmd = program()
        try:
            # Not `image_to_data`: that asks the program for its version first, and what is told of parts it lacks here.
            table = pytesseract.run_and_get_output(
                Image.fromarray(pixels), "tsv", self._languages, self._options, timeout=_SECONDS
            )
        except RuntimeError as error:  # pytesseract's time-out
            if not isinstance(error, pytesseract.TesseractError):
                return Reading((), self.name)
            raise PermanentError(f"tesseract failed: {error.message}") from error
        return Reading(list(_words(table)), self.name)


def _words(table: str) -> Iterator[Word]:
    """The words of Tesseract's table."""
    for row in csv.DictReader(table.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        if text := (row["text"] or "").strip():
            left, top, width, height = (int(row[name]) for name in ("left", "top", "width", "height"))
            yield Word(text, max(float(row["conf"]), 0) / 100, (left, top, width, height))


def is_there() -> bool:
    """Whether this machine can run Tesseract."""
    try:
        program()
    except PermanentError:
        return False
    return True


@lru_cache(maxsize=1)
def program() -> str:
    """The program: the system's, else the one of the folder RELEVO_TESSERACT (in Lambda: the layer's), whose libraries
    and languages are put into this process's environment for it. Raises PermanentError where there is none."""
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")  # several threads make small pictures slower
    folder = Path(os.environ.get("RELEVO_TESSERACT", "/opt"))
    own = folder / "bin" / "tesseract"
    installed = shutil.which("tesseract")
    if installed and Path(installed).resolve() != own.resolve():  # Lambda has its layer's /opt/bin on the path
        return installed
    if not own.exists():
        raise PermanentError("no tesseract: install it, or set RELEVO_TESSERACT to the folder of its layer")
    paths = [str(folder / "lib"), os.environ.get("LD_LIBRARY_PATH", "")]
    os.environ["LD_LIBRARY_PATH"] = os.pathsep.join(path for path in paths if path)
    os.environ["TESSDATA_PREFIX"] = str(folder / "share" / "tessdata")
    return str(own)
