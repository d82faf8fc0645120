"""The laptop environment: embedded Postgres, the emulator, the ordinary `cdk deploy`, seed data, the simulator.

`Environment` is a context manager used by `make run` and by the end-to-end tests alike; leaving it stops everything it
started and nothing else. All it keeps is in one folder.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import sys
import sysconfig
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from infra import tesseract
from infra.local import postgres, processes
from infra.local.errors import CannotStart
from infra.local.fingerprint import fingerprint
from infra.local.processes import Service
from infra.local.progress import Progress
from infra.stages import LOCAL_API_ID

ROOT = Path(__file__).parents[2]
SCRIPTS = Path(sysconfig.get_path("scripts"))
CDK = ROOT / "node_modules" / "aws-cdk" / "bin" / "cdk"
REGION = "us-east-1"
ACCOUNT = "000000000000"
DEPLOYED = "/relevo/local/deployed"
"""The parameter in which the emulator keeps the fingerprint of what was deployed to it."""
META = {
    "app_secret": "local-app-secret",
    "verify_token": "local-verify-token",
    "access_token": "local-access-token",
}
"""What the simulator signs with and `intake` checks against; worth nothing outside this machine."""


@dataclass(frozen=True)
class Ports:
    """Where things listen, on 127.0.0.1 only."""

    emulator: int = 4566
    simulator: int = 4580

    VARIABLES: ClassVar = {"emulator": "RELEVO_EMULATOR_PORT", "simulator": "RELEVO_SIMULATOR_PORT"}

    @classmethod
    def from_environment(cls) -> Ports:
        """The defaults, or what RELEVO_EMULATOR_PORT and RELEVO_SIMULATOR_PORT say."""
        try:
            chosen = {name: int(os.environ[key]) for name, key in cls.VARIABLES.items() if key in os.environ}
        except ValueError as error:
            raise CannotStart(
                f"a port is not a number ({error})", "mend " + " or ".join(cls.VARIABLES.values())
            ) from error
        return cls(**chosen)

    @classmethod
    def free(cls) -> Ports:
        """Ports nobody uses."""
        return cls(processes.free_port(), processes.free_port())

    def check(self) -> None:
        """CannotStart, naming the variable to set, when one is taken."""
        for name, variable in self.VARIABLES.items():
            port = getattr(self, name)
            if processes.is_listening(port):
                raise CannotStart(
                    f"port {port} ({name}) is in use",
                    f"stop what uses it, or choose another: {variable}={port + 1000} make run",
                )


@dataclass
class Environment:
    """Everything up between `__enter__` and `__exit__`."""

    folder: Path
    ports: Ports = field(default_factory=Ports)
    progress: Progress = field(default_factory=Progress)

    database_url: str = ""
    api_key: str = ""
    """The key the seed made; it opens every scope."""

    @property
    def emulator_url(self) -> str:
        return f"http://127.0.0.1:{self.ports.emulator}"

    @property
    def simulator_url(self) -> str:
        return f"http://127.0.0.1:{self.ports.simulator}"

    @property
    def networks_url(self) -> str:
        """The stand-ins of Instagram, Facebook and TikTok, and a page of what people see there."""
        return f"{self.simulator_url}/networks"

    @property
    def api_url(self) -> str:
        """The HTTP API's root, by an address that needs no name resolution."""
        return f"{self.emulator_url}/_aws/execute-api/{LOCAL_API_ID}/$default"

    @property
    def browser_api_url(self) -> str:
        """The same root under a name browsers and curl resolve by themselves."""
        return f"http://{LOCAL_API_ID}.execute-api.localhost:{self.ports.emulator}"

    @property
    def console_url(self) -> str:
        """The agents' console."""
        return f"{self.browser_api_url}/console"

    def __enter__(self) -> Environment:
        self._stack = contextlib.ExitStack()
        try:
            self._start()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def ended(self) -> str | None:
        """The name of a service that ended by itself, if one did."""
        return next((service.name for service in self._services if service.ended()), None)

    # ------------------------------------------------------------------------------------------------------- starting

    @contextlib.contextmanager
    def _step(self, title: str) -> Iterator[None]:
        """A step of the start. Whatever nobody foresaw becomes one line too, its traceback goes into a log."""
        try:
            with self.progress.step(title):
                yield
        except CannotStart:
            raise
        except Exception as error:
            log = self._log("environment")
            log.parent.mkdir(parents=True, exist_ok=True)
            log.write_text(traceback.format_exc())
            raise CannotStart(
                f"{title} failed ({str(error).partition(chr(10))[0]})",
                f"read {log}, or forget the local data: make reset",
            ) from error

    def _start(self) -> None:
        self._services: list[Service] = []
        self._claim()
        self.ports.check()
        with self._step("PostgreSQL with pgvector"):
            self._start_database()
        with self._step("AWS emulator"):
            self._start_emulator()
        with self._step("CDK command line"):
            self._install_cdk()
        self._put_secret("relevo/local/database", {"url": self.database_url})
        self._bring_up_to_date()
        self._put_secret("relevo/local/meta", META)
        self._put_secret("relevo/local/llm", self._language_model())
        self._connect_networks()
        self._put_secret("relevo/local/vin", {"api_key": os.environ.get("VIN_DECODER_KEY", "")})
        with self._step("Seed data"):
            self._seed()
        with self._step("Customer simulator"):
            self._start_simulator()

    def _claim(self) -> None:
        """One environment a folder: the lock is the operating system's, so it goes with the process."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = self._stack.enter_context((self.folder / "lock").open("w"))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CannotStart("it is already running here", "stop it first (Ctrl-C in its terminal)") from error

    def _start_database(self) -> None:
        data = self.folder / "postgres"
        # A killed run leaves its mark here and would keep the server from being stopped for ever; we hold the lock.
        (data / ".handle_pids.json").unlink(missing_ok=True)
        self.database_url, server = postgres.start(data)
        self._stack.callback(server.cleanup)  # type: ignore[attr-defined]

    def _start_emulator(self) -> None:
        state = self.folder / "emulator"
        env = self.aws_environment() | {
            "GATEWAY_PORT": str(self.ports.emulator),
            "BIND_HOST": "127.0.0.1",
            "LAMBDA_EXECUTOR": "local",
            "LAMBDA_WARM_TTL_SECONDS": "60",
            "PERSIST_STATE": "1",
            "STATE_DIR": str(state / "state"),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(state / "s3"),
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "LOG_LEVEL": "INFO",
            "TMPDIR": str(self._scratch()),
            "RELEVO_TESSERACT": str(tesseract.BUILT / tesseract.here()),
        }
        service = self._serve("emulator", [sys.executable, "-m", "ministack"], env)
        service.wait_for_port(self.ports.emulator, seconds=30)

    def _scratch(self) -> Path:
        """Where the emulator unpacks functions: emptied at every start, since it leaves everything behind."""
        scratch = self.folder / "tmp"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir()
        return scratch

    def _install_cdk(self) -> None:
        pinned = json.loads((ROOT / "package.json").read_text())["devDependencies"]["aws-cdk"]
        installed = CDK.parents[1] / "package.json"
        if installed.exists() and json.loads(installed.read_text())["version"] == pinned:
            return
        processes.run(
            [str(SCRIPTS / "npm"), "ci", "--prefix", str(ROOT)],
            _clean_environment(),
            self._log("npm"),
            "npm ci",
            "check the network (https://registry.npmjs.org) and run it again",
        )

    def _bring_up_to_date(self) -> None:
        """Deploy, unless the emulator already holds what these sources make; what it holds, it says itself."""
        wanted = fingerprint(ROOT, {"database": self._database_identity(), **self._deployment_settings()})
        state = self.client("ssm")
        try:
            deployed = state.get_parameter(Name=DEPLOYED)["Parameter"]["Value"]
        except state.exceptions.ParameterNotFound:
            deployed = ""
        if deployed == wanted:
            with self._step("deployed already, nothing has changed"):
                return
        if not self._is_bootstrapped():
            with self._step("cdk bootstrap"):
                # From a folder without an app: it would be synthesized in vain.
                self._cdk(self.folder, "bootstrap", f"aws://{ACCOUNT}/{REGION}")
        with self._step("cdk deploy (stage local)"):
            self._deploy()
        state.put_parameter(Name=DEPLOYED, Value=wanted, Type="String", Overwrite=True)

    def _database_identity(self) -> str:
        """Changes when the data folder is made anew: its migrations must run again."""
        import psycopg

        with psycopg.connect(self.database_url) as connection:
            row = connection.execute("SELECT system_identifier FROM pg_control_system()").fetchone()
        return str(row)

    def _is_bootstrapped(self) -> bool:
        stacks = self.client("cloudformation").list_stacks(StackStatusFilter=["CREATE_COMPLETE", "UPDATE_COMPLETE"])
        return any(stack["StackName"] == "CDKToolkit" for stack in stacks["StackSummaries"])

    def _deployment_settings(self) -> dict[str, str]:
        """What overrides `infra/stages/local.toml`: the starter's RELEVO_SETTING_…, and the ports it was given."""
        chosen = {name: value for name, value in os.environ.items() if name.startswith("RELEVO_SETTING_")}
        addresses = {"RELEVO_SETTING_GRAPH_URL": self.simulator_url, "RELEVO_SETTING_EMULATOR_URL": self.emulator_url}
        addresses["RELEVO_SETTING_SOCIAL_GRAPH_URL"] = f"{self.networks_url}/graph"
        addresses["RELEVO_SETTING_TIKTOK_URL"] = f"{self.networks_url}/tiktok"
        stock = {"RELEVO_SETTING_INVENTORY_WSDL": f"{self.simulator_url}/inventario?wsdl"}
        return stock | chosen | addresses

    def _deploy(self) -> None:
        app = ("--app", f"{sys.executable} -m infra.app", "-c", "stage=local", "--output", str(self.folder / "cdk.out"))
        outputs = ("--outputs-file", str(self.folder / "outputs.json"), "--progress", "events")
        self._cdk(ROOT, "deploy", "--all", "--require-approval", "never", "--concurrency", "2", *app, *outputs)

    def _cdk(self, folder: Path, command: str, *arguments: str) -> None:
        env = self.aws_environment() | {
            "AWS_ENDPOINT_URL": self.emulator_url,
            "AWS_ENDPOINT_URL_S3": self.emulator_url,
            "CDK_DEFAULT_ACCOUNT": ACCOUNT,
            "CDK_DEFAULT_REGION": REGION,
            **self._deployment_settings(),
        }
        processes.run(
            [str(SCRIPTS / "node"), str(CDK), command, *arguments, "--no-notices", "--ci"],
            env,
            self._log(f"cdk-{command}"),
            f"cdk {command}",
            "mend it, or forget the local data with: make reset",
            folder,
        )

    def _connect_networks(self) -> None:
        """Tokens for the seed's accounts, beside those of accounts people connected."""
        from infra.local.seed import social

        client = self.client("secretsmanager")
        kept = json.loads(client.get_secret_value(SecretId="relevo/local/social")["SecretString"])
        self._put_secret("relevo/local/social", social.TOKENS | kept)

    def _put_secret(self, name: str, value: dict[str, Any]) -> None:
        """As an operator would: create the secret or give it a new value."""
        client = self.client("secretsmanager")
        try:
            client.put_secret_value(SecretId=name, SecretString=json.dumps(value))
        except client.exceptions.ResourceNotFoundException:
            client.create_secret(Name=name, SecretString=json.dumps(value))

    @staticmethod
    def _language_model() -> dict[str, str]:
        """The key, address and model of the person's own environment, if there is a key."""
        return {name: os.environ.get(f"OPENAI_{name.upper()}", "") for name in ("api_key", "base_url", "model")}

    def _seed(self) -> None:
        """Put in what is missing. The key is told once, by the run that makes it; the folder remembers it."""
        from infra.local import seed

        kept = self.folder / "api-key"
        with _quiet():
            made = seed.load(self.database_url, self.simulator_url)
        if made:
            kept.touch(mode=0o600)
            kept.write_text(made)
        self.api_key = kept.read_text() if kept.exists() else ""
        seed.social.load(self.database_url, self._put_file)

    def _put_file(self, key: str, content: bytes, mime_type: str) -> None:
        """Into the bucket the deployment made."""
        client = self.client("s3")
        names = [bucket["Name"] for bucket in client.list_buckets()["Buckets"]]
        media = next(name for name in names if "media" in name)
        client.put_object(Bucket=media, Key=key, Body=content, ContentType=mime_type)

    def _start_simulator(self) -> None:
        env = self.aws_environment() | {
            "DATABASE_URL": self.database_url,
            "RELEVO_API_URL": self.api_url,
            "RELEVO_META_APP_SECRET": META["app_secret"],
            "RELEVO_META_ACCESS_TOKEN": META["access_token"],
        }
        command = [sys.executable, "-m", "uvicorn", "infra.local.simulator:app", "--host", "127.0.0.1"]
        service = self._serve(
            "simulator", [*command, "--port", str(self.ports.simulator), "--log-level", "warning"], env
        )
        service.wait_for_port(self.ports.simulator, seconds=20)

    # ---------------------------------------------------------------------------------------------------------- parts

    def client(self, service: str) -> Any:
        """A boto3 client of the emulator."""
        import boto3

        return boto3.client(
            service,  # type: ignore[call-overload]
            endpoint_url=self.emulator_url,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    def aws_environment(self) -> dict[str, str]:
        """This process's variables with nothing of a real AWS account in them."""
        return _clean_environment() | {
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }

    def _serve(self, name: str, command: list[str], env: dict[str, str]) -> Service:
        service = Service(name, command, env, self._log(name))
        self._services.append(service)
        self._stack.callback(service.stop)
        return service

    def _log(self, name: str) -> Path:
        return self.folder / "logs" / f"{name}.log"


def reset(folder: Path) -> None:
    """Forget the data. CannotStart while the environment runs; a database left over from a killed run is stopped."""
    if not folder.exists():
        return
    environment = Environment(folder)
    with contextlib.ExitStack() as stack:
        environment._stack = stack
        environment._claim()
        if (folder / "postgres" / "postmaster.pid").exists():
            environment._start_database()
    shutil.rmtree(folder)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """What is done in this process is told by its progress; the log keeps to what went wrong."""
    from relevo.observability import logger

    before = logger.log_level
    logger.setLevel("WARNING")
    try:
        yield
    finally:
        logger.setLevel(before)


def _clean_environment() -> dict[str, str]:
    """What children inherit: no credentials, no settings of a deployment, our own Python and Node first."""
    foreign = ("AWS_", "OPENAI_", "VIN_DECODER_", "RELEVO_", "CDK_", "PYTHON")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return kept | {
        "PATH": f"{SCRIPTS}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "NO_PROXY": ",".join(filter(None, ("127.0.0.1,localhost", os.environ.get("NO_PROXY")))),
        "OMP_NUM_THREADS": "1",
        "PYTHONUNBUFFERED": "1",
    }
