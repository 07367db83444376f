"""Nothing that could run, load or deceive leaves the gate."""

from __future__ import annotations

import random
from html.parser import HTMLParser

import pytest

from sim.report.print import (
    CSP,
    Mark,
    NotWellFormed,
    Unsafe,
    check_fragment,
    check_page,
    el,
    markup,
    number,
    page,
    parse,
    style,
)

ATTACKS = [
    "<script>alert(1)</script>",
    '<img src="x" onerror="alert(1)">',
    '<img src="https://example.org/x.png" alt="">',
    '<img src="data:image/svg+xml;base64,AAAA" alt="">',
    '<a href="javascript:alert(1)">x</a>',
    '<a href=" java\tscript:alert(1)">x</a>',
    '<a href="data:text/html;base64,AAAA">x</a>',
    '<a href="https://example.org/">no referrer policy</a>',
    '<a href="//example.org/x.html" rel="noreferrer">x</a>',
    '<a href="../secret.html">x</a>',
    '<iframe src="https://example.org"></iframe>',
    '<object data="x"></object>',
    '<link rel="stylesheet" href="x.css">',
    '<meta http-equiv="refresh" content="0">',
    '<base href="https://example.org">',
    '<form action="x"></form>',
    "<style>p{background:url(https://example.org/x)}</style>",
    "<style>@import 'x.css';</style>",
    "<style>p{background:u\\72l(x)}</style>",
    '<p style="background:url(x)">x</p>',
    '<p style="position:fixed">x</p>',
    '<p onclick="x()">x</p>',
    '<svg onload="x()"></svg>',
    '<svg><use href="https://example.org/#x"></use></svg>',
    '<svg><image href="x"></image></svg>',
    "<svg><foreignobject></foreignobject></svg>",
    '<svg><a href="javascript:x"></a></svg>',
    '<svg><path fill="url(https://example.org/#a)" d="M0,0"/></svg>',
    "<noscript><p>x</p></noscript>",
    "<template><p>x</p></template>",
    "<textarea></textarea>",
    '<video src="x"></video>',
    "<p>37</p>",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_unsafe_bit_is_refused_and_named(attack: str):
    with pytest.raises(Unsafe) as refusal:
        check_fragment(attack)
    assert str(refusal.value)


@pytest.mark.parametrize(
    "harmless",
    [
        '<p><a href="fund-12.3.html">x</a> <a href="#why">x</a> <a href="compare.html#a-1">x</a></p>',
        '<p><a href="https://example.org/a?b=1" rel="noreferrer">x</a></p>',
        '<p><img src="data:image/png;base64,AAAA" alt="x"></p>',
        '<svg viewBox="0 0 1 1"><clipPath id="a"><rect width="1"/></clipPath><path clip-path="url(#a)" d="M0"/></svg>',
        '<i style="left:12.50%;width:3%"></i>',
    ],
)
def test_what_pages_need_passes(harmless: str):
    check_fragment(harmless)


def body(*parts: object) -> str:
    return page("Tên", [el("h1", "Tên"), *parts], nav=[("Chỉ mục", "index.html"), ("Đây", "")])


def test_a_page_carries_the_policy_before_anything_it_restricts():
    html = body(el("p", number("5", Mark.MODEL)))
    assert html.count(CSP.replace("'", "&#39;")) == 1 or html.count(CSP) == 1
    assert html.index("Content-Security-Policy") < html.index("<style>")
    assert 'lang="vi"' in html and "viewport" in html and 'class="skip"' in html


@pytest.mark.parametrize("part", [el("h1", "second"), el("h4", "jump"), el("p", "x", id="main")])
def test_a_page_has_one_first_heading_no_jumps_and_no_double_ids(part: object):
    with pytest.raises(Unsafe):
        body(part)


def test_a_page_without_its_policy_or_language_is_refused():
    html = body()
    for cut in (
        html.replace('http-equiv="Content-Security-Policy"', 'name="description"'),
        html.replace(' lang="vi"', ""),
    ):
        with pytest.raises(Unsafe):
            check_page(cut)
    with pytest.raises(Unsafe):
        check_page(html.replace("img-src data:", "img-src *"))


def test_the_style_sheet_loads_nothing():
    check_fragment(str(el("style", el("b").__class__(style()))))
    assert "http" not in style() and "url(" not in style()


#: Tags and texts as they are usually written, and as they may be written to mislead.
BITS = [
    "<p>", "</p>", "<b>", "</b>", "<br>", "<br/>", "<hr />", "</P>", "<P>", "</p >", "<p >", "<p\n>", "</#root>",
    "</>", "</ p>", '<p id="a">', '<p id="a" id="b">', '<p id="a"class="b">', '<p id=a>', "<p id='a'>", "<p id>",
    '<p ID="a">', '<p  id="a">', '<p id="a&amp;b">', '<p id="<b>">', '<p id="a\n\tb">', '<p id="a"/>',
    '<p /id="a">', '<p id="a" =x>', '<p id="a">">', "<svg>", "</svg>", '<path d="M0,0"/>', '<rect x="1" y="2"/>',
    '<clipPath id="c">', "</clipPath>", '<g fill="none">', "</g>", "<style>", "</style>", '<style id="s">', "p{}",
    "<title>", "</title>", "<textarea>", "</textarea>", '<script id="x">', "</script>", "<script/>", "<style/>",
    "<plaintext>", "x", " ", "&lt;", "&amp;lt;", "&", "<", ">", "a < b", "&#49;", "<!--x-->", "<!doctype html>",
    "<?x?>", "<![CDATA[x]]>", "<p", "</p", "<1>", "ộ\u00a0", "\0", '<p id="\0">',
]  # fmt: skip


class _AsItsClass(markup._Builder):
    """Reads every tag as the standard library does."""

    parse_starttag, parse_endtag, updatepos = HTMLParser.parse_starttag, HTMLParser.parse_endtag, HTMLParser.updatepos


def _seen(html: str) -> object:
    """What is read of a text, or how it is refused."""

    def told(node: markup.Node) -> tuple[object, ...]:
        return node.tag, list(node.attributes.items()), node.text, [told(child) for child in node.children]

    try:
        return told(parse(html))
    except NotWellFormed as error:
        return str(error)


def test_tags_written_the_usual_way_are_read_as_all_others(monkeypatch):
    chance = random.Random(1)
    nests = [("<p>", "</p>"), ('<b class="x">', "</b>"), ("<svg>", "</svg>"), ("<style>", "</style>")]
    texts = []
    for _ in range(6000):
        first, last = chance.choice(nests)
        texts.append(first + "".join(chance.choices(BITS, k=chance.randrange(5))) + last)
    quickly = [_seen(text) for text in texts]
    assert sum(isinstance(one, tuple) for one in quickly) > 1000
    monkeypatch.setattr(markup, "_Builder", _AsItsClass)
    assert quickly == [_seen(text) for text in texts]
