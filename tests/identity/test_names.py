import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from identity_rows import company, trait

from burnish.errors import ContractError
from burnish.identity.domains import MANY, agreement, read_domain
from burnish.identity.linking import levels_found, numbered, weighed
from burnish.identity.model import Model
from burnish.identity.names import SPELLINGS, Words, edits, folded, is_retired, name_key, read

FIRMS = (
    "Acme Machine Tool Hollow Ridge Mfg Products The of a b c x 3M Línea Straße United States Kingdom Saint"
)
MARKS = "and & - , . ' / ( ) : # dba d/b/a f/k/a c/o DO NOT USE ZZ OLD inactive duplicate"
FORMS = "Inc. LLC L.L.C. Co. Company GmbH S.A. A.B.C. Limited Ltd ООО"
NUMBERS = "Plant Building No. 2 II V three forty four First 4th"
PARTS = [part for text in (FIRMS, MARKS, FORMS, NUMBERS) for part in text.split()]
names = st.lists(st.sampled_from(PARTS), max_size=8).map(" ".join)
texts = names | st.text(max_size=30)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Ridgeway Tool Company", "RIDGEWAY TOOL CO."),
        ("Ridgeway Tool, Inc.", "Ridgeway Tool Incorporated"),
        ("Ridgeway Tool L.L.C.", "Ridgeway Tool Limited Liability Company"),
        ("Ridgeway Tool Pty Ltd", "Ridgeway Tool Proprietary Limited"),
        ("Rheinwerk Aktiengesellschaft", "Rheinwerk AG"),
        ("Rheinwerk GmbH & Co. KG", "Rheinwerk"),
        ("Stalmet Sp. z o.o.", "STALMET SP Z O O"),
        ("OOO Severstan", "Severstan JSC"),
        ("Aceros Río S.A. de C.V.", "Aceros Rio"),
        ("RheinwerkAG", "Rheinwerk AG"),
        ("The Ridge & Hollow Mfg. Co.", "Ridge and Hollow Manufacturing"),
        ("Ridge Mach. Prods. Intl.", "Ridge Machine Products International"),
        ("O’Dell Bros.", "ODell Brothers"),
        ("A.B.C. Plating", "ABC Plating"),
        ("J. & J. Plating", "JJ Plating"),
        ("Forty-Four Tool", "44 Tool"),
        ("First Street Plating", "1st Street Plating"),
        ("Ridge Fund VIII", "Ridge Fund 8"),
        ("Ridge Anodising Centre", "Ridge Anodizing Center"),
        ("United States Fastener", "U.S. Fastener"),
        ("ZZ Ridge Tool DO NOT USE", "Ridge Tool"),
        ("Ridge Tool (Do Not Use - use Ridge Tooling)", "Ridge Tool"),
        ("OLD - Ridge Tool", "Ridge Tool"),
        ("Ridge Tool (merged into Hollow)", "Ridge Tool"),
        ("Ridge Tool - closed 2019", "Ridge Tool"),
        ("Ridge Tool (duplicate of 1234)", "Ridge Tool"),
        ("Ridge Tool (inactive)", "Ridge Tool"),
        ("Ridge Tool:Line 2", "Ridge Tool"),
        ("Ridge Tool c/o Hollow Plating", "Ridge Tool"),
        ("Ridge Tool Limted", "Ridge Tool"),
    ],
)
def test_ways_to_write_one_name_have_one_key(left, right):
    assert name_key(left) == name_key(right)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Ridge Tool d/b/a Hollow Plating", ("hollow plating", "ridge tool")),
        ("Ridge Tool D / B / A Hollow Plating", ("hollow plating", "ridge tool")),
        ("Ridge Tool dba Hollow Plating, LLC", ("hollow plating", "ridge tool")),
        ("Ridge Tool (formerly Hollow Mfg., Inc.)", ("hollow manufacturing", "ridge tool")),
        ("Ridge Tool f/k/a Hollow t/a Marrow", ("hollow", "marrow", "ridge tool")),
        ("Ridge Tool c/o Hollow Plating", ("ridge tool",)),
    ],
)
def test_other_names_of_a_company_are_names_but_whoever_takes_its_mail_is_none(text, names):
    assert read(text).names == names


@pytest.mark.parametrize(
    ("text", "city", "key", "site", "numbers"),
    [
        ("Ridge Tool Co Plant 2", "", "ridge tool plant 2", ("plant", "2"), ("2",)),
        ("Ridge Tool, Bldg. B", "", "ridge tool building b", ("building", "b"), ("b",)),
        ("Ridge Tool Inc. - Port Lunden", "", "ridge tool port lunden", ("port", "lunden"), ()),
        ("Ridge Tool (Port Lunden) LLC", "", "ridge tool port lunden", ("port", "lunden"), ()),
        ("Ridge Tool, Port Lunden", "Port Lunden", "ridge tool port lunden", ("port", "lunden"), ()),
        ("Ridge Tool, Port Lunden", "", "ridge tool port lunden", (), ()),
        ("Port Lunden", "Port Lunden", "port lunden", (), ()),
    ],
)
def test_a_plant_or_town_is_told_apart_from_the_company(text, city, key, site, numbers):
    found = read(text, city=city)
    assert (found.key, found.site, found.numbers) == (key, site, numbers)
    assert not set(found.site) & set(found.rare) or not site


@pytest.mark.parametrize(
    "text", ["Acme (DO NOT USE)", "ZZ Acme", "OLD - Acme", "Acme - closed", "Acme INACTIVE", "zzz_Acme"]
)
def test_marks_of_a_record_not_to_be_used_are_seen(text):
    assert is_retired(text)
    assert name_key(text) == "acme"


@pytest.mark.parametrize(
    "text",
    [
        "Old Ridge Tool",
        "Closed Loop Machine",
        "Duplicate Key Co",
        "Useful Tools",
        "Fuzzy Metal",
        "Ridge - Old Saybrook",
    ],
)
def test_words_that_only_look_like_a_mark_stay(text):
    assert not is_retired(text)
    assert len(name_key(text).split()) >= 2


NEAR = [  # two names, and what the company model says of them
    ("Ridgeway Tool Co", "RIDGEWAY TOOL", "the same name"),
    ("Van der Hollow Corp", "Vanderhollow", "the same words in another order or written together"),
    ("Tool Hollowridge", "Hollowridge Tool", "the same words in another order or written together"),
    ("Hollowridge Group", "Hollowridge Inc", "the same words in another order or written together"),
    ("Hollowirdge Tool", "Hollowridge Tool", "two letters changed over or one doubled"),
    ("Holowridge Tool", "Hollowridge Tool", "two letters changed over or one doubled"),
    (
        "Hollowridge Machne",
        "Hollowridge Machine",
        "two letters changed over or one doubled, or a slip beside",
    ),
    ("Hollowrige Tool", "Hollowridge Tool", "the names differ by one letter"),
    ("Aurel", "Aureo", "the names differ by one letter"),
    ("Beta Quillgate", "Meta Quillgate", "the names differ by one letter"),
    ("Holowrige Tool", "Hollowridge Tool", "the names differ by two letters"),
    ("Aurel", "Aurita", "different names"),
    ("Hollowridge Threaded Produ", "Hollowridge Threaded Products", "one name is the other cut short"),
    ("Ridge Hollow Kettle Company", "RHK", "one name is the initials of the other"),
    ("Hollowridge", "Hollowridge Tool", "the same rare words, and one name says more"),
    ("Hollowridge Tool", "Hollowridge Welding", "the same rare words, but another trade"),
    ("Hollowridge Kettle", "Hollowridge Quill", "a rare word in common"),
    ("Bank of Armenia", "Bank of America", "different names"),
    ("Precision Machine", "General Machine", "different names"),
    ("ABD Plating", "ABC Plating", "different names"),
]
APART = [
    ("Hollowridge Tool Plant 2", "Hollowridge Tool Plant 3", "the same words, but for plant or town"),
    ("Hollowridge Tool", "Hollowridge Tool Plant 2", "the same words, but for plant or town"),
    ("Hollowridge Fund V, L.P.", "Hollowridge Fund VI, L.P.", "the same words, but for plant or town"),
    ("Hollowridge Tool", "Hollowirdge Tool Plant 2", "the names differ by a letter, and by plant or town"),
    ("Hollowridge Tool", "Hollowridge Tool - Otermouth", "the same words, but for plant or town"),
]


@pytest.fixture(scope="module")
def found() -> pl.DataFrame:
    """What the company model finds in each pair of NEAR and APART, in both orders: says, weight_milli."""
    return compared_names([*NEAR, *APART, *((other, one, says) for one, other, says in [*NEAR, *APART])])


def compared_names(pairs: list[tuple[str, str, str]]) -> pl.DataFrame:
    """What the company model finds between two names in two systems, pair by pair."""
    model = Model.shipped("company")
    sides = [
        company(f"{side}:{at:03}", name)
        for at, pair in enumerate(pairs)
        for side, name in zip("ab", pair[:2], strict=True)
    ]
    rows = numbered(trait(*sides), model, "party_key")
    block = pl.concat_list(pl.col("party_key").str.slice(2).cast(pl.Int64))
    levels = weighed(levels_found(rows.with_columns(block=block), model, all_pairs=True), model)
    says = dict(enumerate(model.comparisons[0].sayings()))
    return levels.sort("record_l").select(
        "weight_milli", says=pl.col("name").replace_strict(says, return_dtype=pl.String)
    )


def test_what_the_model_says_of_two_names_does_not_depend_on_their_order(found: pl.DataFrame) -> None:
    half = found.height // 2
    assert found[:half].equals(found[half:])


@pytest.mark.parametrize("at", range(len(NEAR) + len(APART)))
def test_what_the_model_says_of_two_names(found: pl.DataFrame, at: int) -> None:
    assert found["says"][at].startswith([*NEAR, *APART][at][2])


def test_another_plant_number_or_town_keeps_names_apart_that_are_alike_otherwise(found: pl.DataFrame) -> None:
    assert (found["weight_milli"][len(NEAR) : len(NEAR) + len(APART)] < -3000).all()


def test_one_letter_is_asked_about_and_joins_nobody_by_name_alone(found: pl.DataFrame) -> None:
    weights = [found["weight_milli"][at] for at, pair in enumerate(NEAR) if pair[2].endswith("by one letter")]
    assert all(0 < weight < 3169 for weight in weights)


def test_a_word_is_rare_unless_a_list_says_otherwise_and_a_model_may_bring_its_own_list():
    assert read("Hollowridge Precision Machines of Ohio").rare == ("hollowridge",)
    assert read("Hollowridge Precision Machines of Ohio").plain == ("precision", "machine", "ohio")
    own = Words.of({"plain": ["hollowridge"], "empty": []})
    assert read("Hollowridge Precision", own).rare == ("precision",)
    assert Words.of(Words.shipped().parameters()) == Words.shipped()


def test_words_of_a_model_without_their_classes_are_refused():
    with pytest.raises(ContractError, match="no empty words"):
        Words.of({"plain": []})


@given(texts)
@settings(max_examples=200, deadline=None)
def test_taking_the_key_of_a_key_changes_nothing(text):
    key = name_key(text)
    assert name_key(key) == key


@given(
    st.lists(
        st.sampled_from(["hollow", "tool", "quill", "ohio", "group", "7"]),
        min_size=2,
        max_size=4,
        unique=True,
    )
)
@settings(max_examples=40, deadline=None)
def test_the_order_of_words_does_not_matter_to_the_sets_of_words(tokens):
    found = [read(" ".join(order)) for order in (tokens, sorted(tokens))]
    assert (
        len({(frozenset(one.words), frozenset(one.rare), frozenset(one.plain), one.numbers) for one in found})
        == 1
    )


def slow_edits(left, right):
    if not left or not right:
        return len(left) + len(right)
    one = slow_edits(left[1:], right[1:]) + (left[0] != right[0])
    return min(one, slow_edits(left[1:], right) + 1, slow_edits(left, right[1:]) + 1)


@given(st.text("abc", max_size=5), st.text("abc", max_size=5))
@settings(max_examples=60, deadline=None)
def test_edits_equal_a_slow_reference(left, right):
    assert edits(left, right) == slow_edits(left, right)


@pytest.mark.parametrize(
    ("text", "own", "stem"),
    [
        ("www.hollow-ridge.example", "hollow-ridge.example", "hollowridge"),
        ("https://user@shop.Hollowridge.co.uk:8080/a?b", "hollowridge.co.uk", "hollowridge"),
        ("mailto:someone@mail.hollowridge.com.br", "hollowridge.com.br", "hollowridge"),
        ("hollowridge.co", "hollowridge.co", "hollowridge"),
        ("none", "", ""),
        ("192.168.0.1", "", ""),
    ],
)
def test_what_somebody_registered_is_cut_from_an_address(text, own, stem):
    found = read_domain(text)
    assert (found.own, found.stem, found.is_shared) == (own, stem, False)


@pytest.mark.parametrize(
    "text",
    [
        "gmail.com", "a.person@yahoo.co.uk", "hotmail.fr", "web.de", "comcast.net", "hollowridge.wixsite.com",
        "https://www.facebook.com/hollowridge", "hollowridge.godaddysites.com", "mailbox.example",
        "freemail.example", "inbox.example", "my-inbox.net", "webmail2.example",
    ],
)  # fmt: skip
def test_domains_of_strangers_are_known(text):
    assert read_domain(text).is_shared


@pytest.mark.parametrize(
    "text", ["mailboxworks.com", "inboxmachine.com", "emailey.com", "wixom-tool.com", "livewiretool.com"]
)
def test_a_company_whose_name_begins_like_a_mail_service_is_no_stranger(text):
    assert not read_domain(text).is_shared


@pytest.mark.parametrize(
    ("domain", "name", "how"),
    [
        ("hollowboltscrew.example", "Hollow Bolt & Screw Inc", "whole"),
        ("hollowboltandscrew.example", "Hollow Bolt & Screw Inc", "whole"),
        ("hollowmfg.com", "Hollow Manufacturing", ""),
        ("hollowmfg.com", "Hollow Mfg.", "whole"),
        ("hollowinc.com", "Hollow, Inc.", "whole"),
        ("hollow.com", "Hollow Bolt & Screw - Port Lunden", "short"),
        ("hbs.com", "Hollow Bolt & Screw", "short"),
        ("marrow.com", "Hollow Bolt & Screw", ""),
    ],
)
def test_a_domain_spells_a_name(domain, name, how):
    assert agreement(read_domain(domain).stem, read(name)) == how


def test_tables_hold_words_as_they_are_compared_and_lead_nowhere_else():
    spelt = {**SPELLINGS["short"], **SPELLINGS["american"]}
    listed = Words.shipped().plain | Words.shipped().empty
    assert {
        word for word in {*spelt, *spelt.values(), *listed} if folded(word) != word or not word.isalnum()
    } == set()
    assert set(spelt) & set(spelt.values()) == set()
    assert {word for word in listed if word in spelt} == set()
    assert all(host == host.lower() and "." in host for host in MANY)
