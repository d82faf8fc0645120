"""What the environment decides, typed and checked at start: RELEVO_ and the field's name in capitals."""

from __future__ import annotations

from functools import lru_cache

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Every setting has a default that is right on a laptop, or is empty where a deployment must say it."""

    model_config = SettingsConfigDict(env_prefix="RELEVO_", frozen=True)

    stage: str = "local"
    database_secret: str = ""
    database_host: str = ""
    meta_secret: str = ""
    llm_secret: str = ""
    auth_secret: str = ""
    social_secret: str = ""
    social_graph_url: str = "https://graph.facebook.com"
    """Where posts for Instagram and Facebook go."""
    tiktok_url: str = "https://open.tiktokapis.com"
    vin_secret: str = ""
    graph_url: str = "https://graph.facebook.com"
    graph_version: str = "v25.0"
    locale: str = "es"
    email_sender: str = ""
    media_bucket: str = ""
    site_url: str = ""
    """Where browsers reach the API and the console, for links in what is sent out."""
    bot_confidence: float = Field(0.7, ge=0, le=1)
    bot_debounce_seconds: float = Field(4, ge=0)
    bot_max_turns: int = Field(12, gt=0)
    """Turns of the bot in one conversation within ten minutes; past them people take over."""
    bot_max_cost: float = Field(0.05, ge=0)
    """US dollars the model may cost in one conversation."""
    settle_seconds: float = Field(600, gt=0)
    """How long an unanswered send waits for a status of the provider before it is judged."""
    vin_decoder_url: str = "https://api.api-ninjas.com/v1/vinlookup"
    """Where vehicles are asked about by their VIN, once the secret holds a key."""
    vin_decoder_timeout: float = Field(3, gt=0)
    """Seconds to wait for it."""
    inventory_wsdl: str = ""
    """Address of the WSDL of the company's inventory; without one stock is unconfirmed."""
    inventory_timeout: float = Field(3, gt=0)
    """Seconds to wait for the inventory."""
    inventory_cache_seconds: float = Field(60, ge=0)
    """How long what the inventory said counts."""
    inventory_failures: int = Field(3, gt=0)
    """Failures in a row after which the inventory is left alone."""
    inventory_pause_seconds: float = Field(30, gt=0)
    """For how long."""


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process. Tests call `settings.cache_clear()` after changing the environment."""
    return Settings()
