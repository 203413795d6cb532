"""The server of pages: whom it answers, and what."""

from __future__ import annotations

import http.client
import socket

import pytest

from gradcheck.watching.server import Server


@pytest.fixture
def server():
    found = Server()
    found.publish({"index.html": "<p>first ✓</p>", "sub/a b.html": "second"})
    with found.serving():
        yield found


def get(server, path=None, method="GET", **headers):
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    connection.putrequest(method, path or f"/{server.key}/", skip_host="Host" in headers)
    for name, value in headers.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    return connection.getresponse()


def test_pages_are_served_by_their_names_and_the_first_without_one(server):
    found = get(server)
    assert (found.status, found.read().decode()) == (200, "<p>first ✓</p>")
    assert found.headers["Content-Type"] == "text/html; charset=utf-8"
    assert found.headers["Cache-Control"] == "no-store"
    assert found.headers["Access-Control-Allow-Origin"] is None
    assert get(server, f"/{server.key}/sub/a%20b.html").read() == b"second"


@pytest.mark.parametrize(
    "path", ["/", "/index.html", "/{wrong}/", "/{key}", "/{key}/no.html", "/{key}/../{key}/", "//"]
)
def test_without_the_key_or_a_name_there_is_nothing(server, path):
    wrong = "x" * len(server.key)
    assert get(server, path.format(key=server.key, wrong=wrong)).status == 404


def test_keys_are_long_and_never_the_same():
    with Server() as one, Server() as other:
        assert one.key != other.key
        assert len(one.key) >= 20


@pytest.mark.parametrize("host", ["example.org", "example.org:{port}", "127.0.0.1", "127.0.0.1:1", "[::1]:{port}", ""])
def test_other_hosts_are_refused(server, host):
    found = get(server, Host=host.format(port=server.server_port))
    assert found.status == 403
    assert b"first" not in found.read()


def test_this_machine_may_be_called_by_its_name(server):
    assert get(server, Host=f"localhost:{server.server_port}").status == 200


@pytest.mark.parametrize("origin", ["http://example.org", "null", "https://127.0.0.1:{port}", "http://127.0.0.1"])
@pytest.mark.parametrize("path", ["", "events"])
def test_other_origins_are_refused(server, origin, path):
    found = get(server, f"/{server.key}/{path}", Origin=origin.format(port=server.server_port))
    assert found.status == 403


def test_the_same_origin_is_answered_and_fetches_from_other_sites_are_not(server):
    assert get(server, Origin=f"http://127.0.0.1:{server.server_port}", Sec_Fetch_Site="same-origin").status == 200
    assert get(server, Sec_Fetch_Site="cross-site").status == 403
    assert get(server, Sec_Fetch_Site="same-site").status == 403


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_nothing_can_be_done_but_reading(server, method):
    assert get(server, method=method).status == 501


def test_only_this_machine_is_listened_at(server):
    assert server.server_address[0] == "127.0.0.1"
    assert server.socket.family is socket.AF_INET


def test_news_are_told_at_once_and_when_there_are_new_pages(server):
    found = get(server, f"/{server.key}/events")
    assert found.headers["Content-Type"] == "text/event-stream"
    assert found.readline() == b"data: 1\n"
    found.readline()
    server.publish({"a.html": "new"})
    assert found.readline() == b"data: 2\n"
    assert get(server).read() == b"new"
    assert get(server, f"/{server.key}/index.html").status == 404


def test_the_script_loads_a_page_again_when_there_is_a_newer_one_than_it_stands_in(server):
    script = server.script
    server.publish({"a.html": script})
    assert f"e.data!=='{server.version}'" in script
    assert f"'/{server.key}/events'" in script
