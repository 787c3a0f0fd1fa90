import re
import subprocess
import sys
import zlib

import pytest
from tests.briefing.joined import joined_morning, strips

from burnish.briefing import html, pdf
from burnish.errors import ShopError

try:
    import weasyprint  # noqa: F401
except OSError:
    pytest.skip("Pango is not installed", allow_module_level=True)

STREAM = re.compile(rb"stream\n(.*?)\nendstream", flags=re.DOTALL)
AGAIN = (
    "import sys; from hashlib import sha256; from burnish.briefing import pdf;"
    "print(sha256(pdf.content(sys.stdin.read(), country='US')).hexdigest())"
)


@pytest.fixture(scope="module")
def page():
    shown = joined_morning()
    return html.text(shown, strips(shown), for_paper=True)


def box(made):
    """The size of the first page, in points."""
    parts = [zlib.decompress(stream) for stream in STREAM.findall(made) if stream.startswith(b"x")]
    return next(hit[1].decode() for part in parts if (hit := re.search(rb"/MediaBox \[([^\]]*)\]", part)))


def test_another_process_prints_the_same_bytes(page):
    made = [
        subprocess.run(
            [sys.executable, "-c", AGAIN], input=page, text=True, capture_output=True, check=True
        ).stdout
        for _ in range(2)
    ]
    assert made[0] == made[1]


def test_a_pdf_is_of_the_paper_that_is_usual_there():
    page = html.text(joined_morning())
    letter, a4 = pdf.content(page, country="US"), pdf.content(page, country="DE")
    assert letter.startswith(b"%PDF-1.7")
    assert box(letter) == "0 0 612 792"
    assert box(a4).startswith("0 0 595.2")


def test_nothing_outside_of_the_page_is_read(tmp_path):
    secret = tmp_path / "secret.css"
    secret.write_text("@page { size: 111px 222px }")
    page = f'<link rel="stylesheet" href="{secret.as_uri()}"><p>Hello</p>'
    assert box(pdf.content(page, country="US")) == "0 0 612 792"


def test_without_pango_the_error_says_what_helps(monkeypatch):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(ShopError, match="Pango"):
        pdf.content("<p>Hello</p>")
