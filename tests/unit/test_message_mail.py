"""A message as the bytes of a mail, read back by another's parser."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.headerregistry import AddressHeader, ContentTypeHeader
from email.message import EmailMessage
from email.policy import default
from typing import cast, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.alerting.mail import Mailbox, compose, mailbox
from aggregator.alerting.message import Message
from aggregator.alerting.view import line
from aggregator.alerting.wrapping import wrapped
from aggregator.models import Alert, AlertKind, Change
from tests.hostile import TEXTS

NOW = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)
KEY = "0d5cb2a1-6d8c-5f0e-a1d8-8f0d4c1f8a11"
DESK = mailbox("Newsdesk <news@example.org>")
AMINA = mailbox("amina@example.net")
MESSAGE = Message("A subject", "The text.\n", "<p>The text.</p>\n")


def alert(kind: AlertKind) -> Alert:
    return Alert(KEY, kind, "amina", "email", Change("code", "subject", NOW), NOW, NOW)


def mailed(
    message: Message = MESSAGE,
    sender: Mailbox = DESK,
    kind: AlertKind = "match",
) -> bytes:
    return compose(message, alert(kind), sender, AMINA, NOW)


def parsed(mail: bytes) -> EmailMessage:
    made = message_from_bytes(mail, policy=default)
    assert isinstance(made, EmailMessage)
    for part in made.walk():
        assert not part.defects
        assert all(not value.defects for _, value in part.items())
    return made


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert isinstance(body, EmailMessage)
    content = body.get_content()
    assert isinstance(content, str)
    return content.replace("\r\n", "\n")


@pytest.mark.parametrize("kind", get_args(AlertKind))
def test_every_kind_of_message_has_its_list(kind: AlertKind) -> None:
    lists = {"digest": "digest", "change": "monitor"}
    mail = parsed(mailed(kind=kind))
    assert mail["List-Id"] == f"<{lists.get(kind, 'alerts')}.example.org>"


def test_the_mail_part_by_part() -> None:
    mail = parsed(mailed())
    assert dict(mail.items()) == {
        "From": "Newsdesk <news@example.org>",
        "To": "amina@example.net",
        "Subject": "A subject",
        "Date": "Mon, 23 Nov 2026 09:05:00 +0000",
        "Message-ID": f"<{KEY}@example.org>",
        "List-Id": "<alerts.example.org>",
        "List-Unsubscribe": "<mailto:news@example.org?subject=unsubscribe%20alerts>",
        "Auto-Submitted": "auto-generated",
        "MIME-Version": "1.0",
        "Content-Type": f'multipart/alternative; boundary="=_{KEY}"',
    }
    text, html = mail.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    for body in (text, html):
        assert dict(body.items()).keys() == {"Content-Type", "Content-Transfer-Encoding"}
        assert body["Content-Transfer-Encoding"] == "quoted-printable"
        assert cast("ContentTypeHeader", body["Content-Type"]).params["charset"] == "utf-8"
    assert part(mail, "plain") == MESSAGE.text
    assert part(mail, "html") == MESSAGE.html


def test_the_same_alert_gives_the_same_bytes() -> None:
    assert mailed() == mailed()


@pytest.mark.parametrize("text", TEXTS)
def test_a_subject_never_becomes_another_header(text: str) -> None:
    """Even one that did not pass through the view; the mail reads back word for word."""
    mail = parsed(mailed(Message(text, text, text)))
    assert mail.keys() == parsed(mailed()).keys()
    subject = mail["Subject"]
    assert "\n" not in subject
    assert "\r" not in subject
    assert len(mail["To"].addresses) == 1


@pytest.mark.parametrize("text", TEXTS)
def test_a_subject_that_passed_through_the_view_reads_back_as_it_is(text: str) -> None:
    subject = line(text, 150)
    readable = subject.encode("utf-8", "replace").decode()
    assert parsed(mailed(Message(subject, "", "")))["Subject"] == readable


@given(st.text(max_size=400))
def test_any_subject_reads_back(text: str) -> None:
    subject = line(text, 150)
    mail = mailed(Message(subject, "", ""))
    assert parsed(mail)["Subject"] == subject
    assert max(map(len, mail.split(b"\r\n"))) <= 78


@pytest.mark.parametrize("length", [59, 60, 61, 78, 150])
def test_a_word_that_cannot_be_folded_reads_back(length: int) -> None:
    subject = f"A {'x' * length} word"
    mail = mailed(Message(subject, "", ""))
    assert parsed(mail)["Subject"] == subject
    assert max(map(len, mail.split(b"\r\n"))) <= 78


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\r")))
def test_any_body_reads_back(text: str) -> None:
    mail = parsed(mailed(Message("A subject", text, text)))
    ended = text if text.endswith("\n") else f"{text}\n"
    assert part(mail, "html") == ended
    assert part(mail, "plain") == wrapped(ended)


@pytest.mark.parametrize("text", TEXTS)
def test_the_mail_is_seven_bit_in_short_lines(text: str) -> None:
    mail = mailed(Message(text, f"{text}\n.\nFrom here\n", text))
    assert mail.isascii()
    assert b"\0" not in mail
    lines = mail.split(b"\r\n")
    assert max(map(len, lines)) <= 78
    assert not any(b"\n" in one or b"\r" in one for one in lines)


SENTENCE = (
    "Troops held the ridge for a week while the men of the valley watched the road from above."
)


@pytest.mark.parametrize(
    ("line_", "expected"),
    [
        pytest.param("short", ["short"], id="short"),
        pytest.param("x" * 78, ["x" * 78], id="as long as may be"),
        pytest.param(
            f"  > {SENTENCE}",
            [
                "  > Troops held the ridge for a week while the men of the valley watched the",
                "  > road from above.",
            ],
            id="a quotation goes on as one",
        ),
        pytest.param(
            f"- {SENTENCE}",
            [
                "- Troops held the ridge for a week while the men of the valley watched the",
                "  road from above.",
            ],
            id="an item goes on below its words",
        ),
        pytest.param(
            f"  https://e.example/{'x' * 90}",
            [f"  https://e.example/{'x' * 90}"],
            id="an address stays whole",
        ),
        pytest.param(
            "  > " + "真主旅声称对袭击负责。" * 9,
            [
                "  > " + ("真主旅声称对袭击负责。" * 9)[:74],
                "  > " + ("真主旅声称对袭击负责。" * 9)[74:],
            ],
            id="Chinese is broken behind any sign",
        ),
    ],
)
def test_long_lines_of_text_are_broken(line_: str, expected: list[str]) -> None:
    assert wrapped(f"above\n{line_}\nbelow").split("\n") == ["above", *expected, "below"]


@given(st.text(alphabet="aب真 。-> क्\u200d", max_size=300))
def test_breaking_lines_loses_nothing_but_spaces(text: str) -> None:
    made = wrapped(text)
    assert all(len(line) <= 78 or " " not in line.strip(" >-") for line in made.split("\n"))
    assert "".join(made.split()).replace(">", "") == "".join(text.split()).replace(">", "")


def test_a_body_cannot_end_its_part() -> None:
    text = f"--=_{KEY}\nContent-Type: text/html\n\n<script>\n--=_{KEY}--\n"
    mail = parsed(mailed(Message("A subject", text, text)))
    assert len(list(mail.iter_parts())) == 2
    assert part(mail, "plain") == text


@pytest.mark.parametrize(
    ("written", "name", "address"),
    [
        pytest.param("news@example.org", "", "news@example.org", id="bare"),
        pytest.param("Desk <news@example.org>", "Desk", "news@example.org", id="named"),
        pytest.param('"A, B" <n@example.org>', "A, B", "n@example.org", id="quoted"),
        pytest.param("Redaktion Köln <n@example.org>", "Redaktion Köln", "n@example.org", id="ö"),
        pytest.param("n@köln.example", "", "n@xn--kln-sna.example", id="domain as DNS knows it"),
        pytest.param("a.b+c@example.org", "", "a.b+c@example.org", id="plus"),
        pytest.param("o'hara@example.org", "", "o'hara@example.org", id="apostrophe"),
    ],
)
def test_mailbox(written: str, name: str, address: str) -> None:
    assert mailbox(written) == Mailbox(name, address)
    sender = cast("AddressHeader", parsed(mailed(sender=mailbox(written)))["From"]).addresses[0]
    assert (sender.display_name, sender.addr_spec) == (name, address)


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("", id="empty"),
        pytest.param("amina", id="no domain"),
        pytest.param("@example.org", id="nobody"),
        pytest.param("amina@", id="nowhere"),
        pytest.param("amina@example.org\r\nBcc: x@example.org", id="line end"),
        pytest.param("a@example.org, b@example.org", id="two"),
        pytest.param("a b@example.org", id="space"),
        pytest.param("a@example.org> SIZE=1", id="command"),
        pytest.param("амина@example.org", id="not ASCII"),
        pytest.param("a\x00b@example.org", id="nul"),
        pytest.param(f"a@{'x' * 70}.org", id="label too long for DNS"),
        pytest.param("Desk\r\nBcc: x@example.org <a@example.org>", id="line end in the name"),
    ],
)
def test_not_a_mailbox(written: str) -> None:
    with pytest.raises(ValueError, match="not an e-mail address"):
        mailbox(written)


@pytest.mark.parametrize("name", TEXTS)
def test_a_display_name_adds_no_header(name: str) -> None:
    sender = Mailbox(line(name, 100), "news@example.org")
    mail = parsed(mailed(sender=sender))
    assert mail.keys() == parsed(mailed()).keys()
    [address] = cast("AddressHeader", mail["From"]).addresses
    assert address.addr_spec == "news@example.org"


@pytest.mark.parametrize("name", ["D" * 30, "D" * 60, "D" * 61, "Ж" * 40])
@pytest.mark.parametrize("address", ["n@example.org", f"{'n' * 50}@example.org"])
def test_a_long_sender_is_folded(name: str, address: str) -> None:
    mail = mailed(sender=Mailbox(name, address))
    [found] = cast("AddressHeader", parsed(mail)["From"]).addresses
    # Between two encoded words this parser leaves the space that RFC 2047 §6.2 takes away.
    assert (found.display_name.replace(" ", ""), found.addr_spec) == (name, address)
    # An address to unsubscribe at must not be broken (RFC 2369 §2); it stands on a line of its own.
    lines = [one for one in mail.split(b"\r\n") if not one.startswith(b" <mailto:")]
    assert max(map(len, lines)) <= 78


def test_the_date_is_of_the_attempt() -> None:
    later = compose(MESSAGE, alert("digest"), DESK, AMINA, NOW + timedelta(hours=1))
    assert parsed(later)["Date"] == "Mon, 23 Nov 2026 10:05:00 +0000"
    assert parsed(later)["List-Id"] == "<digest.example.org>"
