"""The Lambda layers: ours as it stands; third parties' built from the lock, for the Lambda platform.

`python -m infra.layers` builds them into `.build/layers` (`make layers`). The laptop and the tests synthesize with an
empty placeholder: there the packages come from the virtual environment.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

from infra import catalog, elf, tesseract
from infra.stages import Stage

ROOT = Path(__file__).parents[1]
BUILT = ROOT / ".build" / "layers"
PLATFORM = "aarch64-manylinux_2_28"
PYTHON = "3.13"
LIMIT_MB = 262
"""Lambda's limit on a function with its layers, unzipped: 262,144,000 bytes, which AWS calls 250 MB."""
SERVICES = {"s3", "sesv2", "sns"}
"""The services boto3 is used for; the descriptions of all others are most of it."""
_NOT_NEEDED = ("*.dist-info/RECORD", "bin", "**/tests", "**/__pycache__", "**/*.pyi")
_NOT_NEEDED += (
    "phonenumbers/geodata",  # where a number is registered, which nobody asks
    "onnxruntime/capi/libonnxruntime.so*",  # for programs in C: the Python module holds all of it
    *(f"onnxruntime/{part}" for part in ("datasets", "quantization", "tools", "transformers")),
    *("PIL/_avif*", "pillow.libs/libavif*"),  # a format nobody sends
)
_FILMS = ("libavcodec", "libavformat", "libavutil", "libavif", "libswscale")


@dataclass(frozen=True)
class Recipe:
    """What a layer holds, and the options of `uv export` that list it."""

    holds: str
    export: tuple[str, ...] = ()
    beyond: str | None = None
    """A layer every function with this one has too; what that holds is left out here."""
    leave_out: tuple[str, ...] = ()
    """Parts of its packages that this layer's functions never load."""
    python: bool = True
    """Python packages of the lock; the other kind has a recipe of its own."""


RECIPES: dict[str, Recipe] = {
    "core": Recipe("The domain of Relevo"),
    "deps": Recipe("Third-party packages of every function", ("--no-default-groups",)),
    "llm": Recipe("The language model's client", ("--only-group", "llm"), beyond="deps"),
    "soap": Recipe("What the company's inventory is asked with", ("--only-group", "soap"), beyond="deps"),
    "embed": Recipe("Embeddings that work offline", ("--only-group", "embed"), beyond="deps"),
    "learn": Recipe(
        "Learns from what customers did: scikit-learn",
        ("--only-group", "learn"),
        beyond="deps",
        leave_out=(
            "sklearn/datasets/data",
            "sklearn/datasets/images",
            "sklearn/datasets/descr",
        ),  # numpy whole: it is asked for all of it
    ),
    "ocr": Recipe(
        "Reads pictures: RapidOCR, and what calls Tesseract",
        ("--only-group", "ocr"),
        beyond="deps",
        leave_out=(
            *("numpy/random", "numpy/f2py", "google", "yaml/_yaml*"),
            *("PIL/_imagingft*", "pillow.libs/libfreetype*", "pillow.libs/libharfbuzz*"),
        ),
    ),
    "pdf": Recipe("Writes PDFs", ("--only-group", "pdf"), beyond="deps"),
    "tesseract": Recipe("Tesseract 5, its libraries, Spanish and English; from Debian's packages", python=False),
}


def code(name: str, stage: Stage) -> object:
    """The layer's content for a synthesis. RuntimeError when a deployment asks for layers nobody has built."""
    from aws_cdk import aws_lambda as lambda_

    if name == "core":
        return lambda_.Code.from_asset(str(ROOT / "layers/core"), exclude=["**/__pycache__", "**/*.pyc"])
    built = BUILT / name
    if stage.is_local or not built.is_dir():
        if not stage.is_local and os.environ.get("RELEVO_DEPLOYING"):
            raise RuntimeError(f"the layer {name} is not built; run: make layers")
        built = _placeholder(name)
    return lambda_.Code.from_asset(str(built))


def _placeholder(name: str) -> Path:
    folder = ROOT / ".build" / "placeholder" / name
    (folder / "python").mkdir(parents=True, exist_ok=True)
    (folder / "python" / "README").write_text(f"The layer {name} is built by `make layers`; here it is empty.\n")
    return folder


def requirements(name: str) -> list[str]:
    """The layer's pinned requirements, `package==version ; marker`, as the lock has them."""
    recipe = RECIPES[name]
    present = set(_exported(RECIPES[recipe.beyond].export)) if recipe.beyond else set()
    return [line for line in _exported(recipe.export) if line not in present]


def _exported(options: tuple[str, ...]) -> list[str]:
    command = ["export", "--frozen", "--no-hashes", "--no-header", "--no-annotate", "--no-emit-project", *options]
    output = _uv(*command)
    return [line for line in output.splitlines() if line and not line.startswith("#")]


def build(name: str) -> float:
    """Build one layer afresh; its size in MB."""
    folder = BUILT / name
    shutil.rmtree(folder, ignore_errors=True)
    if not RECIPES[name].python:
        _build_tesseract(folder)
        return size_mb(folder)
    (folder / "python").mkdir(parents=True)
    listing = folder / "requirements.txt"
    listing.write_text("\n".join(requirements(name)) + "\n")
    _uv(
        *("pip", "install", "--target", str(folder / "python"), "--requirement", str(listing), "--no-deps"),
        *("--python-platform", PLATFORM, "--python-version", PYTHON, "--only-binary", ":all:"),
    )
    trim(folder / "python", RECIPES[name].leave_out)
    if name == "ocr":
        cut_films(folder / "python")
    return size_mb(folder)


def _build_tesseract(folder: Path) -> None:
    """A machine that cannot make it leaves the layer empty, and pictures to the first reader."""
    try:
        shutil.copytree(tesseract.for_lambda(), folder, ignore=shutil.ignore_patterns("recipe"))
    except tesseract.NotHere as reason:
        folder.mkdir(parents=True)
        (folder / "README").write_text(f"Tesseract could not be made: {reason}\n")
        print(f"without Tesseract, pictures are read by RapidOCR alone: {reason}", file=sys.stderr)


def trim(packages: Path, leave_out: tuple[str, ...] = ()) -> None:
    """Take away what no function loads."""
    services = packages / "botocore" / "data"
    found = [path for path in services.glob("*/") if path.is_dir() and path.name not in SERVICES]
    found += [path for pattern in (*_NOT_NEEDED, *leave_out) for path in packages.glob(pattern)]
    for path in found:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def cut_films(packages: Path) -> None:
    """OpenCV without what it opens films with, a fifth of its layer: pictures are given to it as pixels."""
    libraries = packages / "opencv_python_headless.libs"
    (module,) = (packages / "cv2").glob("cv2*.so")
    elf.cut(module, {name: libraries / name for name in elf.needed(module) if name.startswith(_FILMS)})
    kept, todo = set[str](), [module]
    while todo:
        found = {name for name in elf.needed(todo.pop()) if (libraries / name).exists()} - kept
        kept |= found
        todo += [libraries / name for name in found]
    for library in libraries.iterdir():
        if library.name not in kept:
            library.unlink()


def size_mb(folder: Path) -> float:
    """Size of a folder, unzipped, in MB (10^6 bytes)."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


def check(sizes: dict[str, float]) -> list[str]:
    """One line for each function whose code and layers would not fit."""
    totals = {entry.name: sum(sizes[layer] for layer in entry.layers) for entry in catalog.FUNCTIONS}
    return [
        f"{name} with its layers is {total:.0f} MB, more than Lambda's {LIMIT_MB} MB"
        for name, total in totals.items()
        if total > LIMIT_MB
    ]


def _uv(*arguments: str) -> str:
    uv = Path(sysconfig.get_path("scripts")) / "uv"
    done = subprocess.run([str(uv), *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"uv {arguments[0]} failed:\n{done.stderr.strip()}")
    return done.stdout


def main() -> int:
    sizes = {"core": size_mb(ROOT / "layers/core")}
    for name in RECIPES:
        if name != "core":
            sizes[name] = build(name)
        print(f"{name:6} {sizes[name]:7.1f} MB  {RECIPES[name].holds}", flush=True)
    problems = check(sizes)
    print("\n".join(problems) if problems else "every function fits", file=sys.stderr if problems else sys.stdout)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
