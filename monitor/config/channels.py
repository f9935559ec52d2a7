"""The [[channel]] tables: where alerts go. One model per type, told apart by the key `type`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field, InstanceOf, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from monitor.config.fields import Networks, OptionalAddress, Section, refuse, web_address
from monitor.secrets import Secret, Source

SUFFIXES = {"": Source.INLINE, "_file": Source.FILE, "_credential": Source.CREDENTIAL, "_env": Source.ENV}
PORTS = {"starttls": 587, "tls": 465, "none": 25}


class ChannelTable(Section):
    """What all channels have: a name for routes, and the networks they may reach beyond the public internet."""

    secrets_named: ClassVar[tuple[str, ...]] = ()

    name: str = Field(min_length=1, pattern=r"^[A-Za-z0-9._-]+$", description="how routes, `channels test` and logs call this channel")

    @model_validator(mode="before")
    @classmethod
    def _gather_secrets(cls, data: object, info: ValidationInfo) -> object:
        """Replace `url`, `url_file`, `url_credential` or `url_env` by one Secret under `url`, and so for every secret."""
        if not isinstance(data, dict):
            return data
        base = (info.context or {}).get("base", Path())
        label = f'channel "{data.get("name", "?")}"'
        found = {name: _secret(data, name, label, base) for name in cls.secrets_named}
        spent = {name + suffix for name in cls.secrets_named for suffix in SUFFIXES}
        return {key: value for key, value in data.items() if key not in spent} | {
            key: secret for key, secret in found.items() if secret is not None
        }


def _secret(data: dict[str, object], name: str, label: str, base: Path) -> Secret | PydanticCustomError | None:
    """The one way in which the table gives the secret `name`. A mistake is handed on as a value, for the field to raise."""
    given = [suffix for suffix in SUFFIXES if name + suffix in data]
    if not given:
        return None
    key, where = name + given[0], data[name + given[0]]
    if len(given) > 1:
        return refuse(f"{key} and {name + given[1]} are both given", "keep one of them", name + given[1])
    if isinstance(where, Secret):
        return where
    if not isinstance(where, str) or not where.strip():
        return refuse(f"{key} must be text in quotes, and not empty", "", key)
    source = SUFFIXES[given[0]]
    if source is Source.CREDENTIAL and "/" in where:
        return refuse(f"{key} is the name of a credential, not a path", f"for a path write {name}_file", key)
    if source is Source.INLINE and name == "url":
        try:
            web_address(where)
        except PydanticCustomError as error:
            return error
    return Secret(source, str(base / where) if source is Source.FILE else where, f"{label}: {name}")


def _raise_refusal(value: object) -> object:
    if isinstance(value, PydanticCustomError):
        raise value
    return value


SecretField = Annotated[InstanceOf[Secret], BeforeValidator(_raise_refusal)]


class ConsoleChannel(ChannelTable):
    """Prints alerts on standard output; needs no secret."""

    type: Literal["console"] = Field(description="the kind of channel")


class SlackChannel(ChannelTable):
    """Slack, by an incoming webhook (`url`: plain posts) or by a bot (`token` and `channel`: updates go into the thread)."""

    secrets_named: ClassVar[tuple[str, ...]] = ("url", "token")

    type: Literal["slack"] = Field(description="the kind of channel")
    url: SecretField | None = Field(default=None, description="secret: address of an incoming webhook")
    token: SecretField | None = Field(default=None, description="secret: bot token with the scope chat:write, instead of url")
    channel: str = Field(default="", description="with a token: channel id (C0123456789) or name the bot was invited to")
    base_url: OptionalAddress = Field(default="https://slack.com/api", description="address of Slack's API; another one only for tests")
    allow: Networks = Field(default=(), description="networks this channel may reach although they are not public")

    @model_validator(mode="after")
    def _one_way_in(self) -> SlackChannel:
        if self.url and self.token:
            raise refuse("both url and token are given", "keep url for plain posts, or token for threads", "token")
        if not self.url and not self.token:
            raise refuse(
                "neither url nor token is given", "url_file, url_credential, url_env, or token_file, ... name the place of a secret"
            )
        if self.token and not self.channel:
            raise refuse("a bot token needs the key channel", 'for example channel = "C0123456789"')
        return self


class EmailChannel(ChannelTable):
    """E-mail over SMTP; the messages of one incident form one thread."""

    secrets_named: ClassVar[tuple[str, ...]] = ("password",)

    type: Literal["email"] = Field(description="the kind of channel")
    host: str = Field(min_length=1, description="the mail server that accepts messages from us")
    port: int = Field(default=587, ge=1, le=65_535, description="its port; when left out 587 for starttls, 465 for tls, 25 for none")
    security: Literal["starttls", "tls", "none"] = Field(default="starttls", description="starttls, tls, or none (loopback relays only)")
    user: str = Field(default="", description="login name; empty for a server that asks for none")
    password: SecretField | None = Field(default=None, description="secret: password of the login")
    sender: str = Field(alias="from", pattern=r"^\S.*@\S+$|^[^@\s]+@\S+$", description="address the messages come from")
    to: tuple[Annotated[str, Field(pattern=r"^[^\r\n]*[^@\s]+@[^@\s]+$")], ...] = Field(min_length=1, description="addresses they go to")
    allow: Networks = Field(default=(), description="networks this channel may reach although they are not public")

    @model_validator(mode="before")
    @classmethod
    def _usual_port(cls, data: object) -> object:
        if isinstance(data, dict) and "port" not in data and data.get("security") in PORTS:
            return {**data, "port": PORTS[str(data["security"])]}
        return data

    @model_validator(mode="after")
    def _login(self) -> EmailChannel:
        if bool(self.user) != bool(self.password):
            missing = "password" if self.user else "user"
            raise refuse(f"a login needs user and password; {missing} is missing", "", "user" if self.user else "")
        return self


class WebhookChannel(ChannelTable):
    """JSON by POST, signed as in Standard Webhooks."""

    secrets_named: ClassVar[tuple[str, ...]] = ("url", "secret")

    type: Literal["webhook"] = Field(description="the kind of channel")
    url: SecretField = Field(description="secret: address that takes the POST")
    secret: SecretField | None = Field(default=None, description="secret: signing key, whsec_ and base64; without it nothing is signed")
    allow: Networks = Field(default=(), description="networks this channel may reach although they are not public")


Channel = Annotated[ConsoleChannel | SlackChannel | EmailChannel | WebhookChannel, Field(discriminator="type")]
CHANNELS: dict[str, type[ChannelTable]] = {
    "console": ConsoleChannel,
    "slack": SlackChannel,
    "email": EmailChannel,
    "webhook": WebhookChannel,
}
