"""A small IMAP4rev1 server for one mailbox: login, select, search, fetch, store, logout. Far side of tests."""

import re
import socket
import threading


class ImapServer:
    """Serves some mails on a free port of this machine; knows which were seen."""

    def __init__(self, mails, *, password="secret", breaks_at=""):
        self.mails = list(mails)
        self.seen = set()
        self.password = password
        self.breaks_at = breaks_at
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"imap://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self.listener.close()

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as stream:
                self._serve(stream)

    def _serve(self, stream):
        stream.write(b"* OK ready\r\n")
        stream.flush()
        while line := stream.readline():
            tag, _, command = line.decode().strip().partition(" ")
            if self.breaks_at and self.breaks_at in command:
                return
            status = self._answer(command, stream)
            stream.write(f"{tag} {status}\r\n".encode())
            stream.flush()
            if command.upper() == "LOGOUT":
                return

    def _answer(self, command, stream):
        verb = command.upper()
        if verb == "CAPABILITY":
            stream.write(b"* CAPABILITY IMAP4rev1\r\n")
        elif verb.startswith("LOGIN"):
            return "OK welcome" if f'"{self.password}"' in command else "NO wrong password"
        elif verb.startswith("SELECT"):
            stream.write(f"* {len(self.mails)} EXISTS\r\n".encode())
        elif verb.startswith("UID SEARCH"):
            uids = [str(uid) for uid in range(1, len(self.mails) + 1) if uid not in self.seen]
            stream.write(f"* SEARCH {' '.join(uids)}\r\n".encode())
        elif verb.startswith("UID FETCH"):
            uid = int(re.search(r"FETCH (\d+)", verb)[1])
            content = self.mails[uid - 1]
            head = f"* {uid} FETCH (UID {uid} BODY[]<0> {{{len(content)}}}\r\n"
            stream.write(head.encode() + content + b")\r\n")
        elif verb.startswith("UID STORE"):
            self.seen.update(map(int, re.search(r"STORE ([\d,]+)", verb)[1].split(",")))
        return "OK done"
