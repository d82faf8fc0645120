from __future__ import annotations

import json
import os
import sysconfig
import warnings
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import pytest

from tests.infra.templates import Templates

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def synthesized(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Templates]:
    """The templates of a stage, judged by cdk-nag on the way; made once a session."""
    os.environ["JSII_NODE"] = str(Path(sysconfig.get_path("scripts")) / "node")

    @lru_cache(maxsize=3)
    def synthesize(stage: str) -> Templates:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # jsii's generated modules
            from aws_cdk import App

            from infra import app, stages

            folder = tmp_path_factory.mktemp(f"cdk-{stage}")
            context = json.loads((ROOT / "cdk.json").read_text())["context"]
            made = App(outdir=str(folder), context=context)
            app.build(made, stages.load(stage))
            made.synth()
        return Templates(stage, folder)

    return synthesize


@pytest.fixture(scope="session")
def prod(synthesized: Callable[[str], Templates]) -> Templates:
    return synthesized("prod")


@pytest.fixture(scope="session")
def local(synthesized: Callable[[str], Templates]) -> Templates:
    return synthesized("local")


@pytest.fixture(scope="session", params=["dev", "prod"])
def deployed(request: pytest.FixtureRequest, synthesized: Callable[[str], Templates]) -> Templates:
    """A stage on AWS."""
    return synthesized(request.param)


@pytest.fixture(scope="session", params=["local", "dev", "prod"])
def anywhere(request: pytest.FixtureRequest, synthesized: Callable[[str], Templates]) -> Templates:
    """Every stage there is."""
    return synthesized(request.param)
