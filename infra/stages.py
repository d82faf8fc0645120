"""What differs between deployments: one typed model, one file per stage (`infra/stages/<name>.toml`).

A variable `RELEVO_SETTING_<FIELD>` overrides a field for one deployment; the laptop uses that for its ports.
"""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

FOLDER = Path(__file__).parent / "stages"
LOCAL_API_ID = "10ca1a91"
"""The emulator lets a tag choose the API's id (eight hexadecimal digits), so that its address never changes."""
StageName = Literal["local", "dev", "prod"]

# PostgreSQL's default on RDS: memory / 9,531,392 bytes, at most 5,000; a few are kept for the service itself.
CONNECTIONS = {
    "t4g.micro": 105,
    "t4g.small": 215,
    "t4g.medium": 435,
    "m7g.large": 890,
    "m7g.xlarge": 1780,
    "r7g.large": 1740,
    "r7g.xlarge": 3490,
}


class Egress(StrEnum):
    """How the private subnets reach the internet (WhatsApp, Slack, the language model)."""

    INSTANCE = "instance"
    """One small NAT instance: 3 USD a month, no redundancy."""
    GATEWAY = "gateway"
    """A NAT gateway in each zone: 33 USD a month each, redundant."""


class Stage(BaseSettings):
    """Everything that may differ between two deployments. A value nobody knows is an error."""

    model_config = SettingsConfigDict(env_prefix="RELEVO_SETTING_", extra="forbid", frozen=True)

    name: StageName

    # What the functions are told
    locale: Literal["es", "en"] = "es"
    graph_url: str = "https://graph.facebook.com"
    graph_version: str = "v25.0"
    social_graph_url: str = "https://graph.facebook.com"
    """Where posts for Instagram and Facebook go."""
    tiktok_url: str = "https://open.tiktokapis.com"
    bot_confidence: Annotated[float, Field(ge=0, le=1)] = 0.7
    bot_debounce_seconds: Annotated[int, Field(ge=0, le=900)] = 4
    bot_max_turns: Annotated[int, Field(gt=0)] = 12
    bot_max_cost: Annotated[float, Field(ge=0)] = 0.05
    settle_seconds: Annotated[int, Field(gt=0)] = 600
    vin_decoder_url: Annotated[str, Field(pattern=r"^https?://")] = "https://api.api-ninjas.com/v1/vinlookup"
    """A service that answers as API Ninjas' VIN lookup does; it is asked once the secret `vin` holds its key."""
    vin_decoder_timeout: Annotated[float, Field(gt=0, le=10)] = 3
    inventory_wsdl: str = ""
    """Address of the WSDL of the company's inventory (operation consultarInventario); empty: stock is unconfirmed."""
    inventory_timeout: Annotated[float, Field(gt=0, le=8)] = 3
    inventory_cache_seconds: Annotated[int, Field(ge=0)] = 60
    inventory_failures: Annotated[int, Field(gt=0)] = 3
    """Failures in a row after which the inventory is left alone for `inventory_pause_seconds`."""
    inventory_pause_seconds: Annotated[int, Field(gt=0)] = 30
    email_sender: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")] = "relevo@example.com"

    bus: Annotated[str, Field(pattern=r"^[.\-_A-Za-z0-9]{1,200}$")] = "relevo"
    """The event bus; another name where two stages share an account."""

    emulator_url: str = ""
    """Where the laptop's emulator answers for AWS; empty on AWS itself."""

    # Network and database (left out of the local stage)
    egress: Egress = Egress.INSTANCE
    endpoint_zones: Annotated[int, Field(ge=1, le=2)] = 1
    database_instance: Literal[
        "t4g.micro", "t4g.small", "t4g.medium", "m7g.large", "m7g.xlarge", "r7g.large", "r7g.xlarge"
    ] = "t4g.micro"
    database_storage_gb: Annotated[int, Field(ge=20)] = 20
    database_storage_max_gb: Annotated[int, Field(ge=20)] = 100
    database_multi_az: bool = False
    database_backup_days: Annotated[int, Field(ge=1, le=35)] = 7
    database_rotation_days: Annotated[int, Field(ge=1, le=365)] = 30

    # Protection and retention
    protected: bool = False
    """Deletion protection, termination protection, and data that outlives its stack."""
    log_retention_days: Literal[3, 7, 14, 30, 90, 180, 365] = 14
    archive_days: Annotated[int, Field(ge=0)] = 7
    """How long the bus keeps events for a replay; 0 keeps none."""
    media_glacier_days: Annotated[int, Field(ge=30)] = 90

    # Limits
    api_rate: Annotated[int, Field(gt=0)] = 100
    api_burst: Annotated[int, Field(gt=0)] = 200
    authorizer_cache_seconds: Annotated[int, Field(ge=0, le=3600)] = 60
    snap_start: bool = True
    reserve_concurrency: bool = False
    """Reserve the interactive functions' share; needs an account quota well above 100 concurrent executions."""

    # Alarms
    alarm_email: str | None = None

    @property
    def is_local(self) -> bool:
        """On the laptop: no network and no database instance of its own."""
        return self.name == "local"

    @property
    def connections(self) -> int:
        """What the database accepts at once."""
        return CONNECTIONS[self.database_instance]

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        name = init_settings()["name"]
        return env_settings, TomlConfigSettingsSource(settings_cls, FOLDER / f"{name}.toml"), init_settings


def load(name: str, **defaults: Any) -> Stage:
    """The settings of a stage. ValueError for a stage without a file and for a variable that overrides nothing."""
    known = sorted(path.stem for path in FOLDER.glob("*.toml"))
    if name not in known:
        raise ValueError(f"no stage is called {name!r}; there are {', '.join(known)} (infra/stages/*.toml)")
    prefix = "RELEVO_SETTING_"
    strange = [
        key for key in os.environ if key.startswith(prefix) and key[len(prefix) :].lower() not in Stage.model_fields
    ]
    if strange:
        raise ValueError(f"no setting is called {', '.join(strange)}; there are the fields of infra/stages.py")
    return Stage(name=name, **defaults)  # type: ignore[arg-type]
