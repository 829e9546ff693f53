"""Texts that feeds send to break what shows them."""

from __future__ import annotations

import pytest

TEXTS = [
    pytest.param("A title\r\nBcc: victim@example.org\r\n\r\nbody", id="line ends"),
    pytest.param("One\u2028two\u2029three\x85four\x0bfive\x0csix", id="other line ends"),
    pytest.param("Red \x1b[31malert\x1b[0m\x1b]0;owned\x07\x9b2J", id="terminal escapes"),
    pytest.param("<script>alert(1)</script><img src=x onerror=alert(1)>", id="markup"),
    pytest.param('" onmouseover="alert(1)" \' style=\'', id="quotes"),
    pytest.param("{{ 7 * 7 }} {% raw %} [bold red]x[/bold red] :smile:", id="template and markup"),
    pytest.param("Safe \u202egpj.exe\u202c \u2066x\u2069 \u200f", id="turned direction"),
    pytest.param("Jundallah " * 1000, id="ten kilobytes of words"),
    pytest.param("x" * 10_000, id="ten kilobytes of one word"),
    pytest.param("ж" * 10_000, id="ten kilobytes of another script"),
    pytest.param("=?utf-8?q?Hello=0D=0ABcc:_victim@example.org?=", id="encoded word"),
    pytest.param("=?utf-8?b?SGVsbG8=?= and =?x?y?z", id="encoded words, broken"),
    pytest.param("nul\x00 and \x08 and \x7f", id="nul"),
    pytest.param("half \ud83d of a pair \udca9", id="surrogates"),
    pytest.param("\U0001f1f5\U0001f1f0 گزارش \u200cها 侵攻 हिन्दी", id="every script"),
    pytest.param("", id="nothing"),
    pytest.param(" \t\n ", id="only space"),
]
