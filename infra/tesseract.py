"""Tesseract 5 without root: Debian's own packages downloaded, unpacked, and what the program loads kept.

`python -m infra.tesseract` puts it into `.build/tesseract/<architecture>`: amd64 or arm64 for this machine, arm64 for
Lambda. `layers/tesseract/packages.txt` says which packages; their dependencies are apt's business, which libraries of
those are needed is read from the programs themselves.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from elftools.elf.dynamic import DynamicSection
from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerNeedSection

ROOT = Path(__file__).parents[1]
PACKAGES = ROOT / "layers" / "tesseract" / "packages.txt"
BUILT = ROOT / ".build" / "tesseract"
LAMBDA = "arm64"
NEWEST_GLIBC = (2, 34)
"""What Amazon Linux 2023, on which Lambda's Python 3.13 runs, has."""
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "arm64": "arm64"}
NEWEST_LIBSTDCXX = (3, 4, 29)
_OF_THE_SYSTEM = ("libc.so", "libm.so", "libdl.so", "libpthread.so", "librt.so", "libresolv.so", "ld-linux")
_OF_THE_SYSTEM += ("libstdc++.so", "libgcc_s.so")
_WEAK = 0x2
"""VER_FLG_WEAK: the loader goes on when the version is missing (glibc's `elf/dl-version.c`)."""


class NotHere(Exception):
    """This machine cannot download Debian's packages; the message says why."""


def here() -> str:
    """This machine's architecture in Debian's words."""
    return _ARCHITECTURES.get(platform.machine(), platform.machine())


def build(architecture: str) -> Path:
    """The folder with `bin/tesseract`, `lib` and `share/tessdata`; made unless it is there. Raises NotHere."""
    target = BUILT / architecture
    if (target / "bin" / "tesseract").exists():
        return target
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        raise NotHere("Tesseract is taken from Debian's packages, and here is no apt-get; install tesseract yourself")
    with tempfile.TemporaryDirectory(prefix="tesseract-") as name:
        unpacked = _unpack(_download(Path(name), architecture), Path(name) / "unpacked")
        _keep(unpacked, target)
    return target


def _download(folder: Path, architecture: str) -> list[Path]:
    """The packages and all they depend on. apt works in a folder of its own, as anybody."""
    for part in ("state/lists/partial", "cache/archives/partial", "packages"):
        (folder / part).mkdir(parents=True)
    (folder / "state/status").touch()
    settings = folder / "apt.conf"
    settings.write_text(
        f'Dir::State "{folder}/state";\nDir::State::status "{folder}/state/status";\nDir::Cache "{folder}/cache";\n'
        f'APT::Architecture "{architecture}";\nAPT::Architectures {{ "{architecture}"; }};\n'
        f'APT::Sandbox::User "{os.environ.get("USER", "root")}";\n'
    )
    env = os.environ | {"APT_CONFIG": str(settings), "LC_ALL": "C"}
    _run(["apt-get", "update", "-qq"], env, folder)
    wanted = PACKAGES.read_text().split()
    planned = _run(["apt-get", "install", "-y", "--no-install-recommends", "--print-uris", *wanted], env, folder)
    names = [line.split()[1].split("_")[0] for line in planned.splitlines() if line.startswith("'")]
    _run(["apt-get", "download", "-qq", *names], env, folder / "packages")
    return sorted((folder / "packages").glob("*.deb"))


def _unpack(packages: list[Path], folder: Path) -> Path:
    for package in packages:
        _run(["dpkg-deb", "-x", str(package), str(folder)], dict(os.environ), folder.parent)
    return folder


def _keep(unpacked: Path, target: Path) -> None:
    """The program, the libraries it loads (and those load), and the languages."""
    shutil.rmtree(target, ignore_errors=True)
    (target / "lib").mkdir(parents=True)
    (target / "bin").mkdir()
    program = unpacked / "usr" / "bin" / "tesseract"
    there = {path.name: path for path in unpacked.rglob("*.so*")}
    todo, kept = [program], set[str]()
    while todo:
        for name in needed(todo.pop()):
            if name in there and name not in kept and not name.startswith(_OF_THE_SYSTEM):
                kept.add(name)
                shutil.copy(there[name].resolve(), target / "lib" / name)
                todo.append(target / "lib" / name)
    for path in (target / "lib").iterdir():
        _loosen(path)
    languages = next(unpacked.glob("usr/share/tesseract-ocr/*/tessdata"))
    shutil.copytree(languages, target / "share" / "tessdata")
    shutil.copy(program, target / "bin" / "tesseract")


def needed(binary: Path) -> list[str]:
    """The libraries a program or library names as needed."""
    with binary.open("rb") as file:
        sections = [s for s in ELFFile(file).iter_sections() if isinstance(s, DynamicSection)]
        return [tag.needed for section in sections for tag in section.iter_tags() if tag.entry.d_tag == "DT_NEEDED"]


class Version(NamedTuple):
    """A version of a system library that a file asks for; where in the file the loader's flags for it stand."""

    library: str
    number: tuple[int, ...]
    flags_at: int
    weak: bool

    @property
    def too_new(self) -> bool:
        """Newer than Lambda's system has it."""
        newest = {"GLIBC": NEWEST_GLIBC, "GLIBCXX": NEWEST_LIBSTDCXX}.get(self.library)
        return newest is not None and self.number > newest


def versions_of(binary: Path) -> Iterator[Version]:
    """The versions of the C and C++ libraries it asks for."""
    with binary.open("rb") as file:
        for section in ELFFile(file).iter_sections():
            if not isinstance(section, GNUVerNeedSection):
                continue
            at = section["sh_offset"]
            for needed_file, versions in section.iter_versions():
                place = at + needed_file["vn_aux"]
                for version in versions:
                    library, _, number = version.name.partition("_")
                    if library in ("GLIBC", "GLIBCXX") and number.replace(".", "").isdigit():
                        flags = version["vna_flags"]
                        yield Version(library, tuple(map(int, number.split("."))), place + 4, bool(flags & _WEAK))
                    place += version["vna_next"]
                at += needed_file["vn_next"]


def _loosen(library: Path) -> None:
    """Let it load where a version is missing that only functions need which are never called here.

    libarchive wants `arc4random_buf` (glibc 2.36) to write encrypted archives, ICU a newer condition variable: reading
    a picture does neither, and functions are bound when they are first called.
    """
    loose = [version for version in versions_of(library) if version.too_new]
    with library.open("r+b") as file:
        for version in loose:
            file.seek(version.flags_at)
            file.write(_WEAK.to_bytes(2, "little"))


def _run(command: list[str], env: dict[str, str], folder: Path) -> str:
    done = subprocess.run(command, env=env, cwd=folder, capture_output=True, text=True)
    if done.returncode != 0:
        raise NotHere(f"{' '.join(command[:2])} failed: {done.stderr.strip()[-300:]}")
    return done.stdout


if __name__ == "__main__":
    for chosen in sys.argv[1:] or [here()]:
        print(build(chosen))
