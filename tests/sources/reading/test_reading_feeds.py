import pytest
from reading_made import reading, rows

from burnish.errors import InputError
from burnish.sources.reading.contents import contents_of
from burnish.sources.reading.shapes import Limits

RSS = """<?xml version="1.0" encoding="{encoding}"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom"
 xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><title>Finishing daily</title><link>https://f.example</link><image><title>logo</title></image>
<atom:link rel="self" href="https://f.example/feed"/>
<item><title>Nickel &amp; zinc</title><link>https://f.example/1</link>
<pubDate>Wed, 04 Mar 2026 13:00:00 -0500</pubDate><dc:creator>Ann Müller</dc:creator>
<category>Plating</category><category>Prices</category><guid>g1</guid>
<description>&lt;p&gt;Short&lt;/p&gt;</description>
<content:encoded><![CDATA[<p>Long <b>text</b></p><script>alert("x<y")</script> 5 < 6 &eacute;]]>
</content:encoded></item>
<item><title>Second</title><description>plain</description><pubDate>sometime</pubDate></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Finishing</title><author><name>Desk</name></author>
<entry><title type="html">A &lt;i&gt;B&lt;/i&gt;</title><link rel="self" href="x"/><link href="https://f.example/2"/>
<id>urn:1</id><updated>2026-03-05T10:00:00Z</updated><published>2026-03-04T10:00:00Z</published>
<author><name>Ann</name><email>ann@f.example</email></author><author><name>Bob</name></author>
<category term="plating" label="Plating"/><source><title>Elsewhere</title></source>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One</p><p>two</p></div></content></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="c"><title>Old feed</title></channel>
<item rdf:about="https://f.example/3"><title>Third</title><dc:date>2026-03-04</dc:date></item></rdf:RDF>"""
LAUGHS = """<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<rss><channel><item><title>&b;</title></item></channel></rss>"""


def entries(content, limits=None):
    """The rows of a feed as dicts without blank cells."""
    raw = content if isinstance(content, bytes) else content.encode()
    [sheet] = contents_of(memoryview(raw), "made.xml", limits or Limits()).sheets
    assert sheet.name == "entries"
    return [
        {name: cell for name, cell in zip(sheet.header, row[1:], strict=True) if cell} for row in rows(sheet)
    ], sheet


def test_an_rss_feed_is_a_sheet_of_entries_as_text():
    found, sheet = entries(RSS.format(encoding="utf-8"))
    assert found[0] == {
        "title": "Nickel & zinc",
        "link": "https://f.example/1",
        "published": "2026-03-04T13:00:00-05:00",
        "author": "Ann Müller",
        "text": "Long text 5 < 6 é",
        "category": "Plating; Prices",
        "id": "g1",
        "feed title": "Finishing daily",
    }
    assert (found[1]["published"], sheet.lines.to_pylist()) == ("sometime", [1, 2])


def test_an_atom_feed_is_read_alike():
    [entry], _ = entries(ATOM)
    assert entry == {
        "title": "A B",
        "link": "https://f.example/2",
        "published": "2026-03-04T10:00:00Z",
        "updated": "2026-03-05T10:00:00Z",
        "author": "Ann; Bob",
        "text": "One two",
        "category": "Plating",
        "id": "urn:1",
        "feed title": "Finishing",
    }


def test_an_rdf_feed_is_read_alike():
    [entry], _ = entries(RDF)
    assert entry == {
        "title": "Third",
        "published": "2026-03-04",
        "id": "https://f.example/3",
        "feed title": "Old feed",
    }


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1", "windows-1252"])
def test_a_feed_in_another_encoding_is_read(encoding):
    found, _ = entries(RSS.format(encoding=encoding).encode(encoding))
    assert found[0]["author"] == "Ann Müller"


def test_entities_of_its_own_are_refused_before_they_grow():
    with pytest.raises(InputError, match="declares entities of its own"):
        entries(LAUGHS)


def test_a_document_type_elsewhere_is_not_fetched():
    found, _ = entries(
        '<!DOCTYPE rss SYSTEM "file:///etc/passwd"><rss><channel><item><title>a</title></item></channel></rss>'
    )
    assert found == [{"title": "a"}]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (RSS.format(encoding="utf-8")[:-40], "unsound XML or cut short"),
        ("<rss><channel><item>Jane</channel></rss>", "unsound XML or cut short .made.xml, line 1"),
        ('<?xml version="1.0" encoding="nonsense"?><rss/>', "unsound XML"),
        ('<?xml version="1.0" encoding="utf-7"?><rss/>', "unsound XML"),
        ("<rss>&undeclared;</rss>", "unsound XML"),
        ('<?xml version="1.0"?><orders><order/></orders>', "a web page or XML"),
        ("<!DOCTYPE html><!-- <rss> --><html></html>", "a web page or XML"),
    ],
)
def test_what_is_no_feed_is_refused_without_its_text(content, found):
    with pytest.raises(InputError, match=found) as caught:
        entries(content)
    assert "Jane" not in str(caught.value)


def test_an_entry_too_long_breaks_only_itself_and_many_tags_take_no_long_time():
    text = "&lt;script" * 60_000 + "&lt;p&gt;" * 60_000
    items = f"<item><description>{text}</description></item><item><title>{'x' * 2000}</title></item>"
    found, sheet = entries(f"<rss><channel>{items}</channel></rss>", Limits(cell_bytes=1_000))
    assert (found, [line for line, _ in sheet.broken]) == ([], [1, 2])


def test_a_feed_without_entries_is_left_out():
    found = contents_of(memoryview(b"<rss><channel><title>x</title></channel></rss>"), "made.xml", Limits())
    assert (found.sheets, found.left_out) == ([], [("", "the feed has no entries")])


def test_a_feed_crosses_the_pipe(tmp_path):
    with reading(tmp_path, ATOM, "feed.atom") as opened:
        [sheet] = opened.sheets
    assert (sheet.sheet, sheet.rows, sheet.columns[2].date_order) == ("entries", 1, "ymd")
