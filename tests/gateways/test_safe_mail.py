"""Mail over TLS with a sign-in: real servers on this machine with certificates of their own."""

import socket
import ssl
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from welfare.gateways.mail import Letter, MailNotSent, PostOffice, Safety, SmtpMailer

LETTER = Letter("noor@example.org", "You have a message", "Please sign in.\n", "<7@site.example>")
SENDER = "welfare@site.example"
USER, PASSWORD = "post", "a long and random word"


class Postbox:
    """Keeps every letter, and everything that came before the way was safe."""

    def __init__(self):
        self.letters = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - the library's name
        self.letters.append(
            (envelope, session.authenticated, server.transport.get_extra_info("ssl_object"))
        )
        return "250 OK"


class Here(Controller):
    """Asks for the name and password, and takes them over TLS only."""

    def __init__(self, postbox, *, starttls=None, tls=None):
        self._starttls = starttls
        super().__init__(postbox, hostname="127.0.0.1", port=0, ssl_context=tls)

    def _trigger_server(self):
        """The library wants one visit before it calls the server started."""
        self.port = self.server.sockets[0].getsockname()[1]
        with ExitStack() as held:
            visit = held.enter_context(socket.create_connection(("127.0.0.1", self.port), 5))
            if self.ssl_context is not None:
                believing = ssl.create_default_context()
                believing.check_hostname, believing.verify_mode = False, ssl.CERT_NONE
                visit = held.enter_context(believing.wrap_socket(visit))
            visit.recv(1024)

    def factory(self):
        over_tls = {} if self._starttls is None else {"tls_context": self._starttls}
        return SMTP(
            self.handler,
            hostname="localhost",
            authenticator=knows,
            auth_require_tls=self._starttls is not None,
            **over_tls,
        )


def knows(_server, _session, _envelope, _mechanism, given):
    return AuthResult(success=(given.login, given.password) == (USER.encode(), PASSWORD.encode()))


def certificate(folder, *, address="127.0.0.1", days=1):
    """A self-made certificate for an address; gives the server's side and the client's."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=2))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "mail.pem"
    pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem)
    trusting = ssl.create_default_context(
        cadata=made.public_bytes(serialization.Encoding.PEM).decode()
    )
    return server, trusting


@pytest.fixture
def postbox():
    return Postbox()


@pytest.fixture
def run(postbox):
    started = []

    def begin(**how):
        server = Here(postbox, **how)
        server.start()
        started.append(server)
        return server.port

    yield begin
    for server in started:
        server.stop()


def mailer(port, safety, trust, password=PASSWORD):
    return SmtpMailer(PostOffice("127.0.0.1", port, safety, USER), SENDER, password, trust)


@pytest.fixture(params=[Safety.STARTTLS, Safety.TLS])
def safe(request, run, tmp_path):
    """A guarded server of each kind: makes a mailer that trusts its certificate, or another."""

    def made(password=PASSWORD, trust=None, **of_certificate):
        server, ours = certificate(tmp_path, **of_certificate)
        how = {"starttls": server} if request.param is Safety.STARTTLS else {"tls": server}
        return mailer(run(**how), request.param, trust or ours, password)

    return made


def test_a_letter_goes_over_tls_with_name_and_password(safe, postbox):
    safe().send(LETTER)

    ((envelope, was_signed_in, was_safe),) = postbox.letters
    assert envelope.rcpt_tos == ["noor@example.org"]
    assert was_signed_in
    assert was_safe


def test_a_server_can_be_greeted_without_a_letter(safe, postbox):
    safe().greet()

    assert postbox.letters == []


@pytest.mark.parametrize("act", ["send", "greet"])
def test_a_wrong_password_is_told_without_repeating_it(safe, postbox, act):
    wrong = safe(password="open-sesame")

    with pytest.raises(MailNotSent) as told:
        wrong.send(LETTER) if act == "send" else wrong.greet()

    assert "open-sesame" not in str(told.value)
    assert postbox.letters == []


def test_a_certificate_that_nobody_vouches_for_is_refused(safe, postbox):
    stranger = safe(trust=ssl.create_default_context())

    with pytest.raises(MailNotSent):
        stranger.send(LETTER)

    assert postbox.letters == []


@pytest.mark.parametrize("wrong", [{"address": "127.0.0.2"}, {"days": -1}])
def test_a_certificate_of_another_address_or_another_day_is_refused(safe, postbox, wrong):
    with pytest.raises(MailNotSent):
        safe(**wrong).send(LETTER)

    assert postbox.letters == []


def test_a_server_that_cannot_make_the_way_safe_never_hears_the_password(run, postbox, tmp_path):
    _, ours = certificate(tmp_path)
    port = run()

    with pytest.raises(MailNotSent):
        mailer(port, Safety.STARTTLS, ours).send(LETTER)

    assert postbox.letters == []


def test_the_password_is_not_in_what_is_shown_of_a_mailer():
    assert PASSWORD not in repr(mailer(25, Safety.TLS, None))
