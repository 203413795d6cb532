"""A sheet for browsers that is whole by itself: it asks nobody for anything, and needs no script."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from html import escape
from pathlib import Path

HERE = Path(__file__).parent
STYLE = (HERE / "page.css").read_text(encoding="utf-8")


@cache
def _font() -> str:
    """A style sheet with the font of formulas, so that they look alike everywhere; font/README.md says what it is."""
    font = base64.b64encode((HERE / "font" / "notes-math.woff2").read_bytes()).decode()
    return f'@font-face{{font-family:"Notes Math";src:url(data:font/woff2;base64,{font}) format("woff2")}}\n'


def sheet(title: str, body: str, script: str = "") -> str:
    """The whole sheet around its body. script: one that asks the server that it came from when there is news."""
    style = (_font() if "<math" in body else "") + STYLE
    policy = ["default-src 'none'", f"style-src {_hash(style)}", "font-src data:", "base-uri 'none'"]
    policy += ["form-action 'none'"]
    policy += [f"script-src {_hash(script)}", "connect-src 'self'"] if script else []
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{"; ".join(policy)}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f"<title>{escape(title)}</title>",
            f"<style>{style}</style></head>",
            f"<body>{body}",
            "<footer>Written by gradcheck.</footer>" + (f"<script>{script}</script>" if script else ""),
            "</body></html>",
            "",
        ]
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
