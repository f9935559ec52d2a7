"""A notice as the body of a webhook, and its signature, after Standard Webhooks 1.0.0.

The body is a pure function of the notice, so a repeat sends the same bytes; only `webhook-timestamp`, the moment of the
attempt, and with it the signature differ. docs/reference/webhook.schema.json describes the body.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from hashlib import sha256

from monitor.model import Notice, Reason

MAX_BODY = 20_000
_PREFIX = "whsec_"
_KEY_BYTES = range(24, 65)  # the specification: 24 to 64 random bytes
_INCIDENT_REASONS = frozenset({*(reason.value for reason in Reason), "summary"})


def body(notice: Notice) -> bytes:
    """`{"type", "timestamp", "data"}` as UTF-8 JSON; `data` was written when the notice was made."""
    timestamp = notice.at.isoformat().replace("+00:00", "Z")
    head = json.dumps({"type": event_type(notice.reason), "timestamp": timestamp}, separators=(",", ":"))
    return f'{head[:-1]},"data":{notice.data}}}'.encode("utf-8", "replace")


def event_type(reason: str) -> str:
    """ "incident.new_attack", "incident.summary", "monitor.operator", "monitor.drill"."""
    return f"incident.{reason}" if reason in _INCIDENT_REASONS else f"monitor.{reason}"


def signing_key(secret: str) -> bytes:
    """The key of a `whsec_...` secret; raises ValueError, without the secret, for what is none."""
    try:
        key = base64.b64decode(secret.strip().removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("the secret of a webhook is whsec_ and 24 to 64 random bytes in base64") from None
    if len(key) not in _KEY_BYTES:
        raise ValueError(f"the secret of a webhook holds 24 to 64 random bytes, this one {len(key)}")
    return key


def headers(key: bytes, delivery_id: str, timestamp: int, content: bytes) -> dict[str, str]:
    """The headers of one attempt; `timestamp` is the moment of the attempt in Unix seconds."""
    return {
        "content-type": "application/json",
        "webhook-id": delivery_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sign(key, delivery_id, timestamp, content),
    }


def sign(key: bytes, delivery_id: str, timestamp: int, content: bytes) -> str:
    """`v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`."""
    signed = f"{delivery_id}.{timestamp}.".encode() + content
    return "v1," + base64.b64encode(hmac.digest(key, signed, sha256)).decode()
