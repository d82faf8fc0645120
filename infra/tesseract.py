"""Tesseract 5 without root: Debian's own packages downloaded, unpacked, and what reading pictures takes of them kept.

`python -m infra.tesseract` puts it into `.build/tesseract/<architecture>`: amd64 or arm64 for this machine, arm64 for
Lambda. `layers/tesseract/packages.txt` says which packages; their dependencies are apt's business, which libraries of
those are needed is read from the programs themselves.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from infra import elf

ROOT = Path(__file__).parents[1]
PACKAGES = ROOT / "layers" / "tesseract" / "packages.txt"
BUILT = ROOT / ".build" / "tesseract"
LAMBDA = "arm64"
LANGUAGES = ("eng", "spa")
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "arm64": "arm64"}
_OF_THE_SYSTEM = ("libc.so", "libm.so", "libdl.so", "libpthread.so", "librt.so", "libresolv.so", "ld-linux")
_OF_THE_SYSTEM += ("libstdc++.so", "libgcc_s.so")
_NEVER_CALLED = ("libcurl.so", "libxml2.so")
"""For pictures named by an address, and for archives in XML: without them goes two thirds of what would be kept."""
WANTED_OF_NEWER = {"arc4random_buf"}
"""What libarchive writes encrypted archives with; the C library of Lambda has it not, and nobody calls it."""
_SECONDS = 300


class NotHere(Exception):
    """This machine cannot download Debian's packages; the message says why."""


def here() -> str:
    """This machine's architecture in Debian's words."""
    return _ARCHITECTURES.get(platform.machine(), platform.machine())


def build(architecture: str) -> Path:
    """The folder with `bin/tesseract`, `lib` and `share/tessdata`; made unless it is there. Raises NotHere."""
    target, recipe = BUILT / architecture, _recipe()
    if (mark := target / "recipe").exists() and mark.read_text() == recipe:
        return target
    print(f"taking Tesseract for {architecture} out of Debian's packages …", file=sys.stderr, flush=True)
    if platform.system() != "Linux" or shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        raise NotHere("it is taken from Debian's packages, and here is no apt-get")
    BUILT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f"{architecture}-", dir=BUILT) as name:
        unpacked = _unpack(_download(Path(name), architecture), Path(name) / "unpacked")
        kept = Path(name) / "kept"
        _keep(unpacked, kept)
        (kept / "recipe").write_text(recipe)
        shutil.rmtree(target, ignore_errors=True)
        kept.rename(target)
    return target


def for_lambda() -> Path:
    """The folder for Lambda. Raises NotHere, also where the packages here are for a newer system than Lambda's."""
    folder = build(LAMBDA)
    files = [*(folder / "bin").iterdir(), *(folder / "lib").iterdir()]
    lacking = set[str]().union(*(elf.too_new(file) for file in files)) - WANTED_OF_NEWER
    if lacking:
        raise NotHere(
            f"its packages here are for a newer system than Lambda's, which lacks {', '.join(sorted(lacking))}"
        )
    return folder


def _recipe() -> str:
    """What would be built, told in one word."""
    sources = (PACKAGES, Path(__file__), Path(elf.__file__))
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()


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
        'Acquire::Retries "1";\nAcquire::http::Timeout "15";\nAcquire::https::Timeout "15";\n'
    )
    env = os.environ | {"APT_CONFIG": str(settings), "LC_ALL": "C"}
    _run(["apt-get", "update", "-qq", "-o", "APT::Update::Error-Mode=any"], env, folder)
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
    for part in ("lib", "bin", "share/tessdata"):
        (target / part).mkdir(parents=True)
    program = target / "bin" / "tesseract"
    shutil.copy(unpacked / "usr" / "bin" / "tesseract", program)
    there = {path.name: path.resolve() for path in unpacked.rglob("*.so*")}
    todo, kept = [program], set[str]()
    while todo:
        binary = todo.pop()
        asked = elf.needed(binary)
        elf.loosen(binary)
        elf.cut(binary, {name: there[name] for name in asked if name.startswith(_NEVER_CALLED)})
        for name in asked:
            if name in there and name not in kept and not name.startswith((*_OF_THE_SYSTEM, *_NEVER_CALLED)):
                kept.add(name)
                shutil.copy(there[name], target / "lib" / name)
                todo.append(target / "lib" / name)
    data = next(unpacked.glob("usr/share/tesseract-ocr/*/tessdata"))
    shutil.copytree(data / "configs", target / "share/tessdata/configs")
    shutil.copytree(data / "tessconfigs", target / "share/tessdata/tessconfigs")
    for language in LANGUAGES:
        shutil.copy(data / f"{language}.traineddata", target / "share/tessdata")


def _run(command: list[str], env: dict[str, str], folder: Path) -> str:
    try:
        done = subprocess.run(command, env=env, cwd=folder, capture_output=True, text=True, timeout=_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise NotHere(f"{' '.join(command[:2])} did not end within {_SECONDS} s") from error
    if done.returncode != 0:
        said = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
        first = next((line for line in said if line.startswith("E:")), said[-1])
        raise NotHere(f"{' '.join(command[:2])} failed: {' '.join(first.split())[:300]}")
    return done.stdout


def main() -> int:
    """Build it for the architectures asked for, or for this machine where none is installed; without it, say so."""
    if not sys.argv[1:] and shutil.which("tesseract"):
        return 0
    for architecture in sys.argv[1:] or [here()]:
        try:
            build(architecture)
        except NotHere as reason:
            print(f"without Tesseract, pictures are read by RapidOCR alone: {reason}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
