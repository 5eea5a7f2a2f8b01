"""Alerts: who may be told, what is said first, and that nothing of a row is."""

import errno
import io
import json
import os
import signal
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from orchestration import night
from orchestration.checks.gate import Check, Outcome, Status
from orchestration.landing.findings import Finding
from orchestration.ops import alerts
from orchestration.ops.causes import cause_of, public_cause, public_finding, words_of
from orchestration.ops.exits import BadInputError, LockedError
from orchestration.ops.interrupts import interruptible
from orchestration.ops.progress import Reporter
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
    assert alerts.send_once(warehouse, ["late run-1"], message)
    receiver.status = 204
    for _ in range(3):  # the first was not taken, so it is sent again, once
        assert alerts.send_once(warehouse, ["late run-1"], message) == ""
    for _ in range(2):  # another one is late as well
        assert alerts.send_once(warehouse, ["late run-1", "late run-2"], message) == ""
    assert len(receiver.messages) == 3
    path = warehouse.root / "audit" / "alerts.jsonl"
    path.write_text(path.read_text().replace("20", "19"))  # a hundred years ago
    assert alerts.send_once(warehouse, ["late run-1"], message) == ""
    assert len(receiver.messages) == 4


def test_a_cause_holds_no_rows_and_ends_where_a_value_may_begin() -> None:
    lines = [
        "test assert_nobody_buys: 12 failing rows; stop selling",
        "    customer_id C01, customer_name Jane Doe",
        "Conversion Error: could not convert string 'Jane Doe' to INT32",
        "Doe' is the end of a name",
    ]
    assert public_cause(lines) == [
        "test assert_nobody_buys: 12 failing rows; stop selling",
        "Conversion Error: could not convert string ...",
    ]
    assert public_cause(["  only an indented line"]) == ["only an indented line"]
    assert public_cause([]) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("could not convert string 'O'Brien' to INT32", "could not convert string ..."),
        ("orders can't be read: found 'Hans Meyer'", "orders can't be read ..."),
        ("expected a date, found Hans", "expected a date ..."),
        ("Duplicate key \"customer_name: Hans Meyer\"", "Duplicate key ..."),
        ("string 'Hans\nMeyer' is long", "string ..."),
        ("books are open |   customer_name Meyer | 2 more", "books are open / 2 more"),
    ],
)
def test_no_value_of_a_row_gets_out(text: str, told: str) -> None:
    assert " / ".join(public_cause([text])) == told


def test_findings_and_checks_are_told_by_place_and_remedy() -> None:
    finding = Finding(
        "error", "journal", "j.csv", 7, "entry Meyer to sum to zero", "a sum of 3.10", "mend it"
    )
    told = public_finding(finding)
    assert told == "error: journal: j.csv, record 7: mend it"
    check = Check("test.p.books", "test", "books", "Books balance.", "post the difference")
    counted = Outcome(check, Status.FAILED, "2 failing rows")
    assert counted.public == str(counted)
    broken = Outcome(check, Status.FAILED, "Conversion Error: Meyer is no number")
    assert broken.public == "test books: failed; Books balance. post the difference"
    error = BadInputError(str(finding), public=[told])
    assert cause_of(error) == [told] and words_of(error) == [str(finding)]


def test_an_interrupt_is_told_in_words() -> None:
    assert cause_of(KeyboardInterrupt())[0].startswith("interrupted, by hand or by a limit of time")


def test_an_alert_names_what_is_late_and_no_run_that_never_began() -> None:
    cause = ["orders was delivered 37 h ago; the limit is 36 h"]
    late = alerts.lateness_message("demo", cause, "an extract")
    assert late["text"] == f"{cause[0]} - an extract of demo is late"
    late = alerts.lateness_message("demo", cause)
    assert late["text"].endswith(" - the warehouse of demo is late")
    told = alerts.failure_message({"company": "demo", "cause": cause, "exit_code": 2})
    assert told["text"] == f"{cause[0]} - night of demo did not publish (exit 2)"
    job = alerts.failed_job_message("lateness", {"company": "demo", "cause": cause, "exit_code": 5})
    assert job["text"] == f"{cause[0]} - lateness of demo failed (exit 5)"
    assert (job["kind"], job["job"]) == ("failed_job", "lateness")


def test_what_cannot_be_noted_was_sent_all_the_same(
    receiver: Receiver, warehouse: Warehouse
) -> None:
    (warehouse.root / "audit").write_text("no folder")
    wrong = alerts.send_once(warehouse, ["late run-1"], alerts.lateness_message("demo", ["30 h"]))
    assert wrong.startswith("the alert was sent, but could not be noted")
    assert len(receiver.messages) == 1


def night_that_ends(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> tuple[int, str]:
    stream = io.StringIO()

    def end(settings: object, reporter: object) -> int:
        raise error

    monkeypatch.setattr(night, "run_night", end)
    monkeypatch.setattr(os, "chdir", lambda folder: None)
    for name in ("DRY_RUN", "RESUME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(night, "Reporter", lambda: Reporter(stream))
    return night.main(), stream.getvalue()


@pytest.mark.parametrize(
    ("error", "code", "messages"),
    [
        (PermissionError(errno.EACCES, "Permission denied", "/proc/nothing"), 5, 1),
        (FileNotFoundError(errno.ENOENT, "No such file", "/proc/nothing"), 1, 1),
        (ZeroDivisionError("division by zero"), 1, 1),
        (LockedError("another run holds it"), 4, 0),
    ],
)
def test_a_night_that_never_began_is_told_whatever_it_died_of(
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    code: int,
    messages: int,
) -> None:
    receiver.status = 500
    ended, output = night_that_ends(monkeypatch, error)
    assert ended == code and str(error) in output
    assert [message["exit_code"] for message in receiver.messages] == [code] * messages
    assert ("the alert could not be sent" in output) is bool(messages), "nobody said it"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_polite_end_is_an_interrupt(number: signal.Signals) -> None:
    # Whoever started the tests may ignore it, as nohup does.
    before = signal.signal(number, signal.SIG_DFL)
    try:
        with pytest.raises(KeyboardInterrupt), interruptible():
            signal.raise_signal(number)
        assert signal.getsignal(number) is signal.SIG_DFL
        signal.signal(number, signal.SIG_IGN)
        with interruptible():
            signal.raise_signal(number)
    finally:
        signal.signal(number, before)
