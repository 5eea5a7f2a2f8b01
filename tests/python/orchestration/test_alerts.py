"""Alerts: who may be told, what is said first, and that nothing of a row is."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from orchestration.ops import alerts
from orchestration.ops.causes import public_cause
from orchestration.ops.exits import BadInputError
from orchestration.publishing.generations import Warehouse

RECORD = {
    "run_id": "20260101-020000-abcd",
    "company": "demo",
    "exit_code": 3,
    "cause": ["test assert_books_balance: 2 failing rows; post the difference"],
}


class Receiver:
    """A server on loopback that keeps what is posted and answers with ``status``."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.status = 204
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.messages.append(json.loads(body))
                self.send_response(receiver.status)
                self.send_header("Location", f"{receiver.address}/elsewhere")
                self.end_headers()

            do_GET = do_POST

            def log_message(self, *arguments: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    made = Receiver()
    monkeypatch.setenv(alerts.VARIABLE, made.address)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")  # loopback needs no proxy
    yield made
    made.server.shutdown()
    made.server.server_close()


def test_a_failure_is_told_with_its_cause_first(receiver: Receiver) -> None:
    assert alerts.send(alerts.failure_message(RECORD)) == ""
    (message,) = receiver.messages
    assert message["text"].startswith("test assert_books_balance: 2 failing rows")
    assert "20260101-020000-abcd did not publish (exit 3)" in message["text"]
    assert message["kind"] == "failed" and message["exit_code"] == 3


@pytest.mark.parametrize(
    "address",
    ["http://example.org/hook", "ftp://127.0.0.1/x", "https://", "file:///etc/passwd", "http://10.0.0.1"],
)
def test_only_https_and_this_machine_are_told(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(BadInputError) as refusal:
        alerts.webhook({alerts.VARIABLE: address})
    assert address not in str(refusal.value)
    monkeypatch.setenv(alerts.VARIABLE, address)
    assert "https" in alerts.send(RECORD)


def test_https_and_loopback_are_addresses() -> None:
    for address in ("https://example.org/hook", "http://localhost:1/x", "http://[::1]:1/x"):
        assert alerts.webhook({alerts.VARIABLE: address}) == address
    assert alerts.webhook({}) == ""


def test_nobody_is_told_without_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(alerts.VARIABLE, raising=False)
    assert alerts.send(RECORD) == ""


@pytest.mark.parametrize("status", [302, 500])
def test_an_alert_that_is_not_taken_is_said_and_goes_nowhere_else(
    receiver: Receiver, status: int
) -> None:
    receiver.status = status
    wrong = alerts.send(RECORD)
    assert wrong.startswith("the alert could not be sent")
    assert receiver.address not in wrong
    assert len(receiver.messages) == 1


def test_an_address_where_nobody_listens_is_no_error(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(alerts.VARIABLE, "http://127.0.0.1:1/secret")
    wrong = alerts.send(RECORD)
    assert wrong.startswith("the alert could not be sent") and "secret" not in wrong


def test_the_same_lateness_is_told_once_a_day(receiver: Receiver, warehouse: Warehouse) -> None:
    message = alerts.lateness_message("demo", ["no night was started", "30 h old"])
    receiver.status = 500
    assert alerts.send_once(warehouse, "late run-1", message)
    receiver.status = 204
    for _ in range(3):  # the first was not taken, so it is sent again, once
        assert alerts.send_once(warehouse, "late run-1", message) == ""
    assert alerts.send_once(warehouse, "late run-2", message) == ""
    assert len(receiver.messages) == 3
    path = warehouse.root / "audit" / "alerts.jsonl"
    path.write_text(path.read_text().replace("20", "19"))  # a hundred years ago
    assert alerts.send_once(warehouse, "late run-1", message) == ""
    assert len(receiver.messages) == 4


def test_a_cause_holds_no_rows_and_nothing_quoted() -> None:
    lines = [
        "test assert_nobody_buys: 12 failing rows; stop selling",
        "    customer_id C01, customer_name Jane Doe",
        "Conversion Error: could not convert string 'Jane Doe' to INT32",
        'column "Jane" is missing',
    ]
    assert public_cause(lines) == [
        "test assert_nobody_buys: 12 failing rows; stop selling",
        "Conversion Error: could not convert string '...' to INT32",
        "column '...' is missing",
    ]
    assert public_cause(["  only an indented line"]) == ["only an indented line"]
    assert public_cause([]) == []
