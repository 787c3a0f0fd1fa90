"""The briefing as a PDF: the same page printed by WeasyPrint, with pictures in the colours of paper."""

from __future__ import annotations

from hashlib import sha256

from burnish.errors import ShopError

LETTER_COUNTRIES = frozenset({"US", "CA", "MX", "CL", "CO", "PH"})


def content(html: str, *, country: str = "") -> bytes:
    """A PDF of `html`, the same bytes each time with the same fonts: A4, or Letter where that is usual.

    Nothing outside the text is fetched. Raises ShopError where the system library Pango is missing.
    """
    paper = "letter" if country in LETTER_COUNTRIES else "A4"
    try:
        import weasyprint  # type: ignore[import-untyped]  # noqa: PLC0415  (slow, and needs Pango)
        from weasyprint.urls import URLFetcher  # type: ignore[import-untyped]  # noqa: PLC0415
    except (ImportError, OSError):
        raise ShopError(
            "the PDF needs the system library Pango",
            "burnish brief --pdf",
            "Install it (Debian: apt-get install libpango-1.0-0 libpangoft2-1.0-0), or use --html and print.",
        ) from None
    page = weasyprint.HTML(string=html, url_fetcher=URLFetcher(allowed_protocols=()))
    sheet = weasyprint.CSS(string=f"@page {{ size: {paper} }}")
    name = sha256(html.encode()).digest()[:16]
    made: bytes = page.write_pdf(stylesheets=[sheet], pdf_identifier=name, pdf_tags=True)
    return made
