from __future__ import annotations

from collections.abc import Iterator

import pytest
from web_server import Server, serve


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A web server on this machine."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serve() as serving:
        yield serving
