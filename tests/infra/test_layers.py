"""The third-party layers: what the lock names has a wheel for the Lambda platform, is small enough, used with care."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.tags import Tag, cpython_tags
from packaging.utils import canonicalize_name, parse_wheel_filename

from infra import catalog, layers
from infra.stages import load

ROOT = Path(__file__).parents[2]
LAMBDA = {
    "python_version": "3.13",
    "python_full_version": "3.13.0",
    "implementation_name": "cpython",
    "platform_python_implementation": "CPython",
    "sys_platform": "linux",
    "platform_system": "Linux",
    "platform_machine": "aarch64",
    "os_name": "posix",
    "extra": "",
}
GLIBC = [f"manylinux_2_{minor}_aarch64" for minor in range(28, 16, -1)] + ["manylinux2014_aarch64"]
HEAVY = {"openai", "jinja2", "numpy", "httpx", "onnxruntime", "tokenizers", "phonenumbers", "py3langid"}
THIRD_PARTY = [name for name, recipe in layers.RECIPES.items() if name != "core" and recipe.python]


@pytest.fixture(scope="module")
def wheels() -> dict[tuple[str, str], list[str]]:
    """File names of the wheels the lock names, by package and version."""
    lock = tomllib.loads((ROOT / "uv.lock").read_text())
    return {
        (package["name"], package["version"]): [wheel["url"].rpartition("/")[2] for wheel in package.get("wheels", [])]
        for package in lock["package"]
    }


def _supported() -> set[Tag]:
    return {
        *cpython_tags((3, 13), platforms=[*GLIBC, "linux_aarch64"]),
        *(Tag("py3", "none", platform) for platform in [*GLIBC, "any"]),
        Tag("py2.py3", "none", "any"),
    }


@pytest.mark.parametrize("layer", THIRD_PARTY)
def test_every_package_of_a_layer_has_a_wheel_for_the_lambda_platform(
    layer: str, wheels: dict[tuple[str, str], list[str]]
) -> None:
    # Given the layer's requirements that hold on Python 3.13, Linux, arm64
    required = [Requirement(line) for line in layers.requirements(layer)]
    needed = [r for r in required if r.marker is None or r.marker.evaluate(LAMBDA)]
    assert needed
    # When the lock is asked for their wheels
    supported, missing = _supported(), []
    for requirement in needed:
        version = next(iter(requirement.specifier)).version
        files = wheels[canonicalize_name(requirement.name), version]
        if not any(parse_wheel_filename(file)[3] & supported for file in files):
            missing.append(f"{requirement.name}=={version}")
    # Then each has one that fits
    assert missing == []


def test_a_package_is_in_one_layer_only() -> None:
    # Given what each layer holds
    held = {name: set(layers.requirements(name)) for name in THIRD_PARTY}
    # Then the layers beside `deps` repeat nothing of it
    for name in THIRD_PARTY:
        if name != "deps":
            assert held[name] and not held[name] & held["deps"], name


def test_a_function_too_large_for_lambda_is_named() -> None:
    # Given layers of which one is far too large
    sizes = {
        "core": 1.0,
        "deps": 120.0,
        "llm": 20.0,
        "embed": 200.0,
        "learn": 60.0,
        "ocr": 60.0,
        "tesseract": 40.0,
        "pdf": 30.0,
        "soap": 20.0,
    }
    # When they are checked
    problems = layers.check(sizes)
    # Then the functions that use it are named, and no others
    heavy = [entry.name for entry in catalog.FUNCTIONS if "embed" in entry.layers]
    assert [problem.split()[0] for problem in problems] == heavy


def test_layers_that_fit_pass() -> None:
    sizes = {
        "core": 1.0,
        "deps": 90.0,
        "llm": 20.0,
        "embed": 60.0,
        "learn": 120.0,
        "ocr": 100.0,
        "tesseract": 40.0,
        "pdf": 30.0,
        "soap": 20.0,
    }
    assert layers.check(sizes) == []


def test_a_machine_that_cannot_make_tesseract_builds_its_layer_empty(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Given a machine without Debian's packages
    def refuse() -> Path:
        raise layers.tesseract.NotHere("here is no apt-get")

    monkeypatch.setattr(layers.tesseract, "for_lambda", refuse)
    monkeypatch.setattr(layers, "BUILT", tmp_path)
    # When the layers are built, then it is said, and there is a layer to deploy
    assert layers.build("tesseract") < 1
    assert "here is no apt-get" in capsys.readouterr().err
    assert list((tmp_path / "tesseract").iterdir())


def test_a_deployment_without_built_layers_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # Given a deployment, and nothing built
    monkeypatch.setenv("RELEVO_DEPLOYING", "1")
    monkeypatch.setattr(layers, "BUILT", tmp_path)
    # When it asks for a layer, then it is told how to build it
    with pytest.raises(RuntimeError, match="make layers"):
        layers.code("deps", load("prod"))


@pytest.mark.parametrize("entry", catalog.FUNCTIONS, ids=lambda entry: entry.name)
def test_a_handler_imports_nothing_heavy_itself(entry: catalog.Function) -> None:
    # Given a handler's source
    tree = ast.parse((ROOT / "functions" / entry.name / "handler.py").read_text())
    # When its imports at module level are listed
    imported = set()
    for node in tree.body:
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            imported.add(node.module.partition(".")[0])
    # Then none is heavy
    assert imported & HEAVY == set()


def test_a_layer_is_trimmed_to_what_functions_load(tmp_path: Path) -> None:
    # Given packages with what they bring along
    for name in ("botocore/data/s3/service-2.json", "botocore/data/ec2/service-2.json", "botocore/data/endpoints.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    for name in ("numpy/random/x.so", "numpy/tests/x.py", "phonenumbers/geodata/x.py", "phonenumbers/data/x.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    # When they are trimmed for a layer that leaves one part out
    layers.trim(tmp_path, ("numpy/random",))
    # Then what is used stays
    left = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert left == {"botocore/data/s3/service-2.json", "botocore/data/endpoints.json", "phonenumbers/data/x.py"}


def test_every_service_boto3_is_used_for_keeps_its_description() -> None:
    # Given every client the domain makes
    sources = (ROOT / "layers/core/python/relevo").rglob("*.py")
    used = {name for file in sources for name in re.findall(r'boto3\.client\(\s*"([a-z0-9]+)"', file.read_text())}
    # Then the layer describes these services
    assert used and used <= layers.SERVICES
