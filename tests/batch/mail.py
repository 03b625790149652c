"""A mail server that takes all mail, and a mail reader, for mail.sh.

mail.py serve PORT FOLDER   writes FOLDER/N.eml as it came, FOLDER/N.to; FOLDER/ready once it listens
mail.py read FILE           prints headers and what the parts say; exit status 1 and why when it breaks a rule
"""

import email
import email.policy
import pathlib
import socketserver
import sys
from email.utils import parsedate_to_datetime

LINE_OCTETS = 998  # RFC 5322, 2.1.1, without CR LF


class Session(socketserver.StreamRequestHandler):
    """One conversation of RFC 5321: enough of it for one client at a time."""

    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def data(self):
        lines = []
        for line in iter(self.rfile.readline, b".\r\n"):
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines)

    def handle(self):
        self.say("220 box.example")
        to = []
        while command := self.rfile.readline().decode().strip():
            verb = command.upper()
            if verb.startswith("RCPT TO:"):
                to.append(command[8:].strip())
            if verb == "DATA":
                self.say("354 go on")
                self.server.keep(self.data(), to)
            self.say("221 bye" if verb == "QUIT" else "250 ok")
            if verb == "QUIT":
                return


class Server(socketserver.TCPServer):
    allow_reuse_address = True

    def keep(self, mail, to):
        self.count = getattr(self, "count", 0) + 1
        (self.folder / f"{self.count}.to").write_text(" ".join(to))
        (self.folder / f"{self.count}.eml").write_bytes(mail)


def serve(port, folder):
    with Server(("127.0.0.1", int(port)), Session) as server:
        server.folder = pathlib.Path(folder)
        (server.folder / "ready").touch()
        server.serve_forever()


def broken_rules(octets, mail):
    for number, line in enumerate(octets.split(b"\r\n"), 1):
        if len(line) > LINE_OCTETS:
            yield f"line {number} has {len(line)} octets"
        if b"\r" in line or b"\n" in line:
            yield f"line {number} has a bare CR or LF"
        if any(octet > 126 for octet in line):
            yield f"line {number} is not ASCII"
    for part in mail.walk():
        yield from (f"{part.get_content_type()}: {defect!r}" for defect in part.defects)
    for name, value in mail.items():
        yield from (f"{name}: {defect!r}" for defect in value.defects)
    for name in ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version"):
        if len(mail.get_all(name, [])) != 1:
            yield f"{name}: expected once"
    parts = [part.get_content_type() for part in mail.iter_parts()]
    if mail.get_content_type() != "multipart/alternative" or parts != ["text/plain", "text/html"]:
        yield f"{mail.get_content_type()} of {parts}"
    if parsedate_to_datetime(mail["Date"]).tzinfo is None:
        yield "Date: without a zone"


def read(file):
    octets = pathlib.Path(file).read_bytes()
    mail = email.message_from_bytes(octets, policy=email.policy.default)
    for name, value in mail.items():
        print(f"{name}: {value}")
    for part in mail.iter_parts():
        # Folded at spaces: as one line.
        print(f"{part.get_content_type()}:", " ".join(part.get_content().split()))
    rules = list(broken_rules(octets, mail))
    print("\n".join(rules))
    return 1 if rules else 0


if __name__ == "__main__":
    sys.exit({"serve": serve, "read": read}[sys.argv[1]](*sys.argv[2:]))
