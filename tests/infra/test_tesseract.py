"""Tesseract out of Debian's packages: what it asks of the system Lambda has, what it is without loads all the same."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile
from PIL import Image, ImageDraw, ImageFont

from infra import elf, layers, tesseract
from relevo.vision import tesseract as reader

ROOT = Path(__file__).parents[2]


def built(architecture: str) -> Path:
    """What `make tesseract` or `make layers` has built; the test is skipped where neither could."""
    folder = tesseract.BUILT / architecture
    if not (folder / "bin" / "tesseract").exists():
        pytest.skip(f"no Tesseract for {architecture}: make tesseract, or make layers")
    return folder


def binaries(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and path.read_bytes()[:4] == b"\x7fELF"]


@pytest.mark.parametrize("architecture", ["amd64", "arm64"])
def test_nothing_in_it_needs_a_newer_system_than_lambdas(architecture: str) -> None:
    # Given every program and library of the layer, made from packages as old as Lambda's
    own = tuple(map(int, (os.confstr("CS_GNU_LIBC_VERSION") or "glibc 0.0").split()[1].split(".")))
    if architecture == tesseract.here() and own > (2, 36):
        pytest.skip("made from a newer system's packages, for this machine alone: make layers refuses them")
    files = binaries(built(architecture))
    # When the versions they ask of the C and C++ libraries are read
    hard = [(file.name, version) for file in files for version in elf.versions_of(file) if not version.weak]
    # Then there are some, and none that the loader insists on is newer than glibc 2.34 or GCC 11
    assert elf.NEWEST == {"GLIBC": (2, 34), "GLIBCXX": (3, 4, 29)}
    assert len(files) > 10 and len(hard) > 50
    assert [(name, version.library, version.number) for name, version in hard if version.too_new] == []
    # And of what was loosened for it, nothing is ever called: one function for encrypted archives
    assert {symbol for file in files for symbol in elf.too_new(file)} <= {"arc4random_buf"}


@pytest.mark.parametrize("architecture", ["amd64", "arm64"])
def test_it_brings_every_library_it_needs(architecture: str) -> None:
    # Given every program and library of the layer
    folder = built(architecture)
    # When what they need is listed
    needed = {name for file in binaries(folder) for name in elf.needed(file)}
    # Then it is there, or of the system
    missing = {name for name in needed if not (folder / "lib" / name).exists()}
    assert {name for name in missing if not name.startswith(tesseract._OF_THE_SYSTEM)} == set()


@pytest.mark.parametrize("on_path", [False, True], ids=["by its folder", "on the path, as in Lambda"])
def test_it_reads_a_line_of_print(on_path: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given the layer's own program on this machine, also where another is installed
    folder = built(tesseract.here())
    monkeypatch.setenv("RELEVO_TESSERACT", str(folder))
    monkeypatch.setattr(reader.shutil, "which", lambda name: str(folder / "bin" / "tesseract") if on_path else None)
    for name in ("LD_LIBRARY_PATH", "TESSDATA_PREFIX"):
        monkeypatch.setenv(name, os.environ.get(name, ""))
    reader.program.cache_clear()
    # When it reads a line of print
    page = Image.new("L", (760, 80), "white")
    ImageDraw.Draw(page).text((20, 20), "3N1CN7AP1GL862310", font=ImageFont.load_default(40), fill="black")
    import numpy as np

    try:
        found = reader.Tesseract("line", "eng", "0123456789ABCDEFGHJKLMNPRSTUVWXYZ").read(np.asarray(page))
    finally:
        reader.program.cache_clear()
    # Then it reads what stands there
    assert "".join(word.text for word in found.words) == "3N1CN7AP1GL862310"


def test_a_machine_without_debians_tools_is_told_and_goes_on() -> None:
    # Given a machine without apt and without Tesseract
    env = os.environ | {"PATH": "/nowhere", "PYTHONPATH": str(ROOT)}
    code = "import infra.tesseract as t, pathlib; t.BUILT = pathlib.Path('/nowhere'); raise SystemExit(t.main())"
    # When it is to be made
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
    # Then it says what that means, and nothing has failed
    assert done.returncode == 0
    assert done.stderr.splitlines()[1].startswith("without Tesseract, pictures are read by RapidOCR alone: ")
    assert len(done.stderr.splitlines()) == 2


def test_a_library_can_be_done_without(tmp_path: Path) -> None:
    # Given a copy of OpenCV, which asks for libraries that open films
    packages = Path(pytest.importorskip("cv2").__file__).parents[1]
    libraries = packages / "opencv_python_headless.libs"
    if not libraries.is_dir():
        pytest.skip("OpenCV is here without libraries of its own")
    (module,) = (packages / "cv2").glob("cv2*.so")
    (tmp_path / "cv2").mkdir()
    for file in (packages / "cv2").glob("*.py"):
        (tmp_path / "cv2" / file.name).write_bytes(file.read_bytes())
    (tmp_path / "cv2" / module.name).write_bytes(module.read_bytes())
    (tmp_path / libraries.name).mkdir()
    for library in libraries.iterdir():
        (tmp_path / libraries.name / library.name).symlink_to(library)
    # When it is made to do without
    layers.cut_films(tmp_path)
    # Then those libraries are gone, and pictures are worked on as before
    left = {file.name for file in (tmp_path / libraries.name).iterdir()}
    assert left and not any(name.startswith(layers._FILMS) for name in left)
    code = "import cv2, numpy; print(cv2.__file__, cv2.resize(numpy.zeros((4, 4), numpy.uint8), (2, 2)).shape)"
    env = os.environ | {"PYTHONPATH": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
    assert done.stdout.split()[0].startswith(str(tmp_path)) and "(2, 2)" in done.stdout, done.stderr


def test_the_layer_is_for_lambdas_processor() -> None:
    # Given what the layer is built from
    folder = built(tesseract.LAMBDA)
    # Then every program in it is for arm64
    for file in binaries(folder):
        with file.open("rb") as opened:
            assert ELFFile(opened)["e_machine"] == "EM_AARCH64", file.name
