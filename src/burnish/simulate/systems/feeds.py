"""What customers publish, as a feed reader and two networks' interfaces give it.

A feed (RSS 2.0 or Atom) is a file of its own, titled as its site is; Mastodon's statuses and Bluesky's posts
are one list of JSON objects each.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import blake2s
from html import escape
from pathlib import Path
from typing import Any

import polars as pl

from burnish.simulate.attention.posts import PLATFORMS
from burnish.simulate.plan import Plan
from burnish.simulate.systems.dirt import called
from burnish.simulate.systems.writing import JsonArray
from burnish.simulate.truth import Truth
from burnish.simulate.world import World

TAG = re.compile(r"#(\w+)")
LINK = re.compile(r"https://\S+")
WANTED = ("company", "platform", "at", "url", "title", "text", "topic", "licence")


@dataclass(frozen=True)
class Entry:
    """One post; `feed` is what its feed or account is called, `handle` the account's short name."""

    company: int | None
    at: datetime
    url: str
    title: str
    text: str
    topic: str
    licence: str
    feed: str
    handle: str


class Feeds:
    """The feeds and networks that the shop reads."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.folder, self.plan = folder, plan
        networks = PLATFORMS[plan.size][1]
        files = {"mastodon": "statuses.json", "bluesky": "posts.json"}
        self.files = {name: JsonArray(folder / name / files[name]) for name in networks}

    def write(self, world: World, truth: Truth) -> None:
        """Write down a block's posts."""
        names = dict(
            called(world, "feeds").filter(pl.col("party") == 0).select("company", "name").iter_rows()
        )
        for platform in sorted({*PLATFORMS[self.plan.size][0], *PLATFORMS[self.plan.size][1]}):
            rows = world["post"].filter(pl.col("platform") == platform).select(WANTED)
            entries = [entry(row, names) for row in rows.iter_rows()]
            for feed, company in sorted({(each.feed, each.company) for each in entries if each.company}):
                truth.company("feeds" if platform in WRITERS else platform, feed, company)
            if platform in WRITERS:
                self.write_feeds(platform, entries)
            else:
                made = status if platform == "mastodon" else post_view
                self.files[platform].write(made(each) for each in entries)

    def write_feeds(self, platform: str, entries: Sequence[Entry]) -> None:
        """A file for every feed, its latest entry first."""
        by_feed: dict[str, list[Entry]] = {}
        for each in entries:
            by_feed.setdefault(each.feed, []).append(each)
        for feed, found in sorted(by_feed.items()):
            path = self.folder / platform / f"{found[0].handle}.xml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(WRITERS[platform](feed, found[::-1]), "utf-8", newline="\n")

    def close(self) -> None:
        """Finish the files."""
        for file in self.files.values():
            file.close()


def entry(row: tuple[Any, ...], names: dict[int, str]) -> Entry:
    """A post with the name of its feed: the company's, or the paper's."""
    company, _, at, url, title, text, topic, licence = row
    handle = handle_of(url)
    feed = names[company] if company is not None else handle.replace("-", " ").title()
    return Entry(company, at, url, title, text, topic, licence, feed, handle)


def handle_of(url: str) -> str:
    """The account's short name in the address of a post."""
    host, _, path = url.removeprefix("https://").partition("/")
    if host == "social.example":
        return path.partition("/")[0].removeprefix("@")
    if host == "bsky.example":
        return path.split("/")[1].removesuffix(".example")
    return host.removeprefix("www.").removesuffix(".example")


def rss(feed: str, entries: Sequence[Entry]) -> str:
    """A feed as RSS 2.0."""
    home = f"https://www.{entries[0].handle}.example"
    items = "".join(
        f"""    <item>
      <title>{escape(each.title)}</title>
      <link>{escape(each.url)}</link>
      <description>{escape(each.text)}</description>
      <pubDate>{format_datetime(each.at.replace(tzinfo=UTC))}</pubDate>
      <guid isPermaLink="true">{escape(each.url)}</guid>
      <category>{escape(each.topic)}</category>
      <dc:creator>{escape(each.feed)}</dc:creator>
    </item>
"""
        for each in entries
    )
    licence = f"    <copyright>{entries[0].licence}</copyright>\n" if entries[0].licence else ""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">
  <channel>
    <title>{escape(feed)}</title>
    <link>{home}</link>
    <description>News from {escape(feed)}</description>
{licence}{items}  </channel>
</rss>
"""


def atom(feed: str, entries: Sequence[Entry]) -> str:
    """A feed as Atom (RFC 4287)."""
    home = f"https://www.{entries[0].handle}.example"
    items = "".join(
        f"""  <entry>
    <id>{escape(each.url)}</id>
    <title>{escape(each.title)}</title>
    <link href="{escape(each.url)}"/>
    <updated>{instant(each.at)}</updated>
    <published>{instant(each.at)}</published>
    <author><name>{escape(each.feed)}</name></author>
    <category term="{escape(each.topic)}"/>
    <content type="html">&lt;p&gt;{escape(escape(each.text))}&lt;/p&gt;</content>
  </entry>
"""
        for each in entries
    )
    rights = f"  <rights>{entries[0].licence}</rights>\n" if entries[0].licence else ""
    return f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
  <id>{home}/</id>
  <title>{escape(feed)}</title>
  <link rel="self" href="{home}/atom.xml"/>
  <updated>{instant(entries[0].at)}</updated>
{rights}{items}</feed>
"""


WRITERS = {"rss": rss, "atom": atom}


def status(post: Entry) -> dict[str, Any]:
    """A Mastodon status."""
    number = digits(post.url)
    tags = TAG.findall(post.text)
    linked = TAG.sub(
        r'<a href="https://social.example/tags/\1" rel="tag">#<span>\1</span></a>', escape(post.text)
    )
    account = digits(post.handle)
    return {
        "id": number,
        "created_at": f"{instant(post.at).removesuffix('Z')}.000Z",
        "edited_at": None,
        "in_reply_to_id": None,
        "spoiler_text": "",
        "visibility": "public",
        "language": "en",
        "uri": f"https://social.example/users/{post.handle}/statuses/{number}",
        "url": post.url,
        "replies_count": int(number[-1]) % 3,
        "reblogs_count": int(number[-2]) % 4,
        "favourites_count": int(number[-3:-1]) % 20,
        "content": f"<p>{linked}</p>",
        "reblog": None,
        "account": {
            "id": account,
            "username": post.handle,
            "acct": post.handle,
            "display_name": post.feed,
            "bot": False,
            "note": "",
            "url": f"https://social.example/@{post.handle}",
            "followers_count": int(account[-4:]),
            "fields": [
                {"name": "Website", "value": f"https://www.{post.handle}.example", "verified_at": None}
            ],
        },
        "media_attachments": [],
        "mentions": [],
        "tags": [{"name": tag, "url": f"https://social.example/tags/{tag}"} for tag in tags],
        "card": None,
    }


def post_view(post: Entry) -> dict[str, Any]:
    """A Bluesky post as its interface shows it."""
    did = f"did:plc:{blake2s(post.handle.encode(), digest_size=12).hexdigest()}"
    number = int(digits(post.url))
    at = f"{instant(post.at).removesuffix('Z')}.000Z"
    text = post.text if TAG.search(post.text) else f"{post.text} https://www.{post.handle}.example"
    return {
        "uri": f"at://{did}/app.bsky.feed.post/{number:x}",
        "cid": f"bafyrei{blake2s(post.url.encode(), digest_size=16).hexdigest()}",
        "author": {"did": did, "handle": f"{post.handle}.example", "displayName": post.feed},
        "record": {
            "$type": "app.bsky.feed.post",
            "text": text,
            "createdAt": at,
            "langs": ["en"],
            "facets": facets(text),
        },
        "replyCount": number % 3,
        "repostCount": number % 4,
        "likeCount": number % 23,
        "indexedAt": at,
        "labels": [],
    }


def facets(text: str) -> list[dict[str, Any]]:
    """Tags and links in a text, by place in UTF-8 bytes."""
    marks = [
        *((found, {"$type": "app.bsky.richtext.facet#tag", "tag": found[1]}) for found in TAG.finditer(text)),
        *(
            (found, {"$type": "app.bsky.richtext.facet#link", "uri": found[0]})
            for found in LINK.finditer(text)
        ),
    ]
    return [
        {
            "index": {
                "byteStart": len(text[: found.start()].encode()),
                "byteEnd": len(text[: found.end()].encode()),
            },
            "features": [feature],
        }
        for found, feature in marks
    ]


def digits(of: str) -> str:
    """A number of eighteen digits for a thing, as networks number their posts and accounts."""
    drawn = int.from_bytes(blake2s(of.encode(), digest_size=8).digest())
    return str(10**17 + drawn % (9 * 10**17))


def instant(at: datetime) -> str:
    """An instant as in RFC 3339."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
