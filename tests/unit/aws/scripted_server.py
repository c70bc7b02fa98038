"""A socket server that sends the bytes it was told to, over TCP or TLS, whatever HTTP says of them."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from threading import Event, Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Script:
    """The pieces in which each request's answer is sent; `hang_up` closes the connection after it."""

    pieces: list[bytes]
    hang_up: bool = False
    wait: bool = False  # before the last piece, until the server ends


def whole(body: bytes = b"{}", head: str = "", status: str = "200 OK") -> bytes:
    """An answer with a content-length, as DynamoDB gives it."""
    return f"HTTP/1.1 {status}\r\n{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


@dataclass
class Scripted:
    """The server: what it is to answer to one request after the other, and what it was asked."""

    address: tuple[str, int]
    scripts: list[Script] = field(default_factory=list)
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    ended: Event = field(default_factory=Event)

    def serve(self, listening: socket.socket, tls: ssl.SSLContext | None) -> None:
        while True:
            try:
                accepted, _ = listening.accept()
            except OSError:
                return
            self.connections += 1
            Thread(target=self._talk, args=(accepted, tls), daemon=True).start()

    def _talk(self, accepted: socket.socket, tls: ssl.SSLContext | None) -> None:
        with suppress(OSError), accepted:
            accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with tls.wrap_socket(accepted, server_side=True) if tls else accepted as talking:
                while self._answered(talking):
                    pass

    def _answered(self, talking: socket.socket) -> bool:
        request = _read_request(talking)
        if not request:
            return False
        self.requests.append(request)
        script = self.scripts.pop(0) if self.scripts else Script([whole()])
        for number, piece in enumerate(script.pieces, 1):
            if script.wait and number == len(script.pieces):
                self.ended.wait(10)
            talking.sendall(piece)
        return not script.hang_up


def _read_request(talking: socket.socket) -> bytes:
    received = b""
    while b"\r\n\r\n" not in received:
        if not (more := talking.recv(65536)):
            return b""
        received += more
    head, _, body = received.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
    while len(body) < length:
        body += talking.recv(65536)
    return head + b"\r\n\r\n" + body


@contextmanager
def scripted_server(certificate: Path | None = None) -> Iterator[Scripted]:
    """A server on a free loop-back port for as long as the block runs; over TLS with a certificate (PEM)."""
    tls = None
    if certificate:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = Scripted(listening.getsockname())
        Thread(target=server.serve, args=(listening, tls), daemon=True).start()
        try:
            yield server
        finally:
            server.ended.set()


def authority(folder: Path, address: str = "127.0.0.1") -> tuple[Path, Path]:
    """Make a certificate authority, and a certificate of its for an address; return the PEM files of both."""
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test authority")])
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test server")])
    own = x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))])
    is_authority = x509.BasicConstraints(ca=True, path_length=None)
    root = _certificate(root_name, root_name, root_key, root_key, is_authority)
    leaf = _certificate(name, root_name, key, root_key, own)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    files = folder / "authority.pem", folder / "server.pem"
    files[0].write_bytes(root.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(secret + leaf.public_bytes(serialization.Encoding.PEM))
    return files


def _certificate(
    name: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer_key: ec.EllipticCurvePrivateKey,
    extension: x509.ExtensionType,
) -> x509.Certificate:
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(issuer).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number())
    made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    return made.add_extension(extension, critical=True).sign(issuer_key, hashes.SHA256())
