"""Runs the operator: `python -m sojourn.site.loopback --port 8002`. SMTP listens on the next port."""

import argparse
import asyncio
import os
import signal
from pathlib import Path

from sojourn.site.loopback.gateway import Gateway
from sojourn.site.loopback.smtp import Session
from sojourn.site.loopback.store import Store
from sojourn.site.loopback.wire import serve

HOST = "127.0.0.1"
ROOT = Path(__file__).resolve().parents[4]


async def run(*, port: int, smtp_port: int, inbox_url: str, file: Path) -> None:
    """Serve until told to stop."""
    file.parent.mkdir(parents=True, exist_ok=True)
    store = Store(file)
    gateway = Gateway(store, inbox_url=inbox_url)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    web = await asyncio.start_server(
        lambda reader, writer: serve(reader, writer, gateway.handle), HOST, port
    )
    mail = await asyncio.start_server(
        lambda reader, writer: Session(gateway.take_mail).run(reader, writer), HOST, smtp_port
    )
    bringing = asyncio.create_task(gateway.bring())
    bringing.add_done_callback(lambda _: stop.set())
    await stop.wait()
    bringing.cancel()
    web.close()
    mail.close()
    store.close()


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8002, help="of the phones and of sendsms")
    parser.add_argument("--smtp-port", type=int, help="default: the next one")
    parser.add_argument("--inbox", help="where answers are brought; default: the port before")
    parser.add_argument("--file", type=Path, help="default: loopback.sqlite3 in SOJOURN_HOME")
    given = parser.parse_args()
    home = Path(os.environ.get("SOJOURN_HOME", ROOT / "var"))
    asyncio.run(
        run(
            port=given.port,
            smtp_port=given.smtp_port or given.port + 1,
            inbox_url=given.inbox or f"http://{HOST}:{given.port - 1}",
            file=given.file or home / "loopback.sqlite3",
        )
    )


if __name__ == "__main__":
    main()
