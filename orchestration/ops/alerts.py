"""Telling people who do not look: one JSON message to a webhook, the cause first.

``ALERT_WEBHOOK`` names the address, https or on this machine; without it nothing is sent. `text`
is what chat programs show; the other fields are for programs. No alert holds a value of a row, and
an alert that can't be sent never changes how a night ends.
"""

import contextlib
import json
import os
import urllib.request
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit

from orchestration.ops.causes import public_cause
from orchestration.ops.exits import BadInputError
from orchestration.publishing.files import append_json_line, moment, read_json_lines
from orchestration.publishing.generations import Warehouse

VARIABLE = "ALERT_WEBHOOK"
_TIMEOUT_SECONDS = 10
# The same lateness is told once in this time.
_AGAIN_AFTER = timedelta(hours=24)


def webhook(environment: Mapping[str, str] | None = None) -> str:
    """Return the address to send to, empty without one; raise ``BadInputError`` if it is unfit.

    The address is a secret of its own and is never printed.
    """
    address = (os.environ if environment is None else environment).get(VARIABLE, "")
    if not address:
        return ""
    parts = urlsplit(address)
    fit = parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname))
    if not fit or not parts.hostname:
        raise BadInputError(
            f"{VARIABLE}: expected an https address, or http on this machine; found another one"
        )
    return address


def failure_message(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the alert of a run that did not publish, from its record."""
    times = {name: record.get(name) for name in ("started_at", "ended_at")}
    return {**_failed("failed", "night", "did not publish", record), **times}


def failed_job_message(job: str, record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the alert of a job that is no night and failed; what is published stays."""
    return {**_failed("failed_job", job, "failed", record), "job": job}


def _failed(kind: str, what: str, how: str, record: Mapping[str, Any]) -> dict[str, Any]:
    cause = list(record.get("cause") or public_cause([str(record.get("reason") or "unknown")]))
    code = record.get("exit_code")
    run = f", run {record['run_id']}" if record.get("run_id") else ""
    ended = "" if code is None else f" (exit {code})"
    return {
        "text": f"{cause[0]} - {what} of {record.get('company')}{run} {how}{ended}",
        "kind": kind,
        "cause": cause,
        "company": record.get("company"),
        "run_id": record.get("run_id"),
        "exit_code": code,
    }


def lateness_message(
    company: str, cause: Sequence[str], what: str = "the warehouse"
) -> dict[str, Any]:
    """Return the alert that the published warehouse or an extract is older than it may be."""
    return {
        "text": f"{cause[0]} - {what} of {company} is late",
        "kind": "late",
        "cause": list(cause),
        "company": company,
    }


def send(message: Mapping[str, Any], address: str | None = None) -> str:
    """Post a message; return what went wrong, nothing if it was sent or nobody wants it."""
    try:
        target = webhook() if address is None else address
        if not target:
            return ""
        request = urllib.request.Request(
            target,
            data=json.dumps(dict(message), default=str).encode(),
            headers={"Content-Type": "application/json"},
            method="POST",
        )
        handlers: list[urllib.request.BaseHandler] = [_NoRedirect()]
        if _is_loopback(urlsplit(target).hostname):
            handlers.append(urllib.request.ProxyHandler({}))
        opener = urllib.request.build_opener(*handlers)
        with opener.open(request, timeout=_TIMEOUT_SECONDS):
            return ""
    except BadInputError as error:
        return str(error)
    except URLError as error:
        return f"the alert could not be sent: {error.reason}"
    except Exception as error:  # whatever it is, the night goes on; the address stays unsaid
        return f"the alert could not be sent: {type(error).__name__}"


def send_once(warehouse: Warehouse, keys: Iterable[str], message: Mapping[str, Any]) -> str:
    """Send a message if one of its keys was not sent within a day; return what went wrong.

    What was sent and can't be noted is sent again.
    """
    path = warehouse.root / "audit" / "alerts.jsonl"
    now = datetime.now(UTC)
    told: set[object] = set()
    with contextlib.suppress(OSError):
        told = {
            line.get("key")
            for line in read_json_lines(path)
            if (sent_at := moment(line.get("sent_at"))) and now - sent_at < _AGAIN_AFTER
        }
    new = [key for key in keys if key not in told]
    if not new:
        return ""
    try:
        if not webhook():
            return ""
    except BadInputError as error:
        return str(error)
    wrong = send(message)
    if wrong:
        return wrong
    try:
        for key in new:
            append_json_line(path, {"key": key, "sent_at": now.isoformat(timespec="seconds")})
    except OSError as error:
        return f"the alert was sent, but could not be noted: {error}"
    return ""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A message goes where it was addressed to, or nowhere."""

    def redirect_request(self, *arguments: Any, **named: Any) -> None:
        return None


def _is_loopback(host: str | None) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False

