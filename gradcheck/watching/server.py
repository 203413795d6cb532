"""Serves pages to a browser on this machine, and to nobody else, and tells it when there are new ones.

Only 127.0.0.1 is listened at, and a random key begins every path, so that other people on this machine find nothing.
Other sites that a browser shows have no way in: a Host that is not ours (a name that was made to point here), an Origin
or a fetch from elsewhere are refused.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
ALIVE = 10.0
"""Seconds between signs of life, by which a closed browser is noticed."""


class Server(ThreadingHTTPServer):
    """A server of pages. port: 0 for any that is free."""

    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.key = secrets.token_urlsafe(16)
        self.version = 0
        self.news = threading.Condition()
        self._pages: Mapping[str, str] = {}

    @property
    def url(self) -> str:
        """Where the first page is."""
        return f"http://127.0.0.1:{self.server_port}/{self.key}/"

    @property
    def script(self) -> str:
        """What the next pages say to the browser: to load them again when there are newer ones."""
        reload = f"if(e.data!=='{self.version + 1}')location.reload()"
        return f"new EventSource('/{self.key}/events').onmessage=e=>{{{reload}}}"

    def publish(self, pages: Mapping[str, str]) -> None:
        """Serve these pages from now on, by their names; the first one without a name, too."""
        with self.news:
            self._pages = {"": next(iter(pages.values())), **pages}
            self.version += 1
            self.news.notify_all()

    def page(self, name: str) -> str | None:
        """A page by its name; None if there is none."""
        return self._pages.get(name)

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Serve until the end of the context."""
        thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self.shutdown()
            self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: Server
    server_version, sys_version = "gradcheck", ""

    def log_message(self, *said: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer with a page, or with news."""
        hosts = [f"{name}:{self.server.server_port}" for name in ("127.0.0.1", "localhost")]
        origins = [None, *(f"http://{host}" for host in hosts)]
        is_ours = self.headers.get("Host") in hosts and self.headers.get("Origin") in origins
        if is_ours and self.headers.get("Sec-Fetch-Site", "none") in ("none", "same-origin"):
            self._answer(unquote(self.path.partition("?")[0]))
        else:
            self.send_error(403)

    def _answer(self, path: str) -> None:
        beginning = f"/{self.server.key}/"
        page = self.server.page(path.removeprefix(beginning)) if path.startswith(beginning) else None
        if path == f"{beginning}events":
            self._news()
        elif page is None:
            self.send_error(404)
        else:
            body = page.encode()
            self._begin("text/html; charset=utf-8", {"Content-Length": str(len(body))})
            self.wfile.write(body)

    def _begin(self, kind: str, more: Mapping[str, str]) -> None:
        self.send_response(200)
        for name, value in {"Content-Type": kind, **HEADERS, **more}.items():
            self.send_header(name, value)
        self.end_headers()

    def _news(self) -> None:
        """Server-sent events: the number of the pages that are served, now and whenever it changes."""
        self._begin("text/event-stream", {"Connection": "close"})
        told = None
        try:
            while True:
                with self.server.news:
                    if told == self.server.version:
                        self.server.news.wait(ALIVE)
                    said = b": alive\n\n" if told == self.server.version else b"data: %d\n\n" % self.server.version
                    told = self.server.version
                self.wfile.write(said)
                self.wfile.flush()
        except OSError:
            return  # the browser is closed
