"""The words of metal finishing as data, and the recogniser that finds them in short text.

    load(folder)                    the shipped rows, the shop's own over them
    recognise(texts, vocabulary)    which terms stand where, and how sure

Rows lie in `schema/vocabulary/*.toml`; docs/guides/vocabulary.md says how a shop changes them,
docs/methods/recogniser.md how texts are read and how often that errs.
"""

from burnish.vocabulary.loading import Vocabulary, load
from burnish.vocabulary.recognising import TERM, recognise

__all__ = ["TERM", "Vocabulary", "load", "recognise"]
