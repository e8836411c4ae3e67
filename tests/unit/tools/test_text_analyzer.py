"""Counts and formulas against values worked out by hand."""

import pytest

from stageline.tools.text_analyzer import text_analyzer

TEXT = """The quick brown fox jumps over the lazy dog. Foxes are clever!

Is a well-known animal's behaviour understood? Perhaps... not yet."""


def test_counts():
    counts = text_analyzer(TEXT).counts
    assert counts.characters == len(TEXT)
    assert counts.words == 9 + 3 + 6 + 3
    assert counts.unique_words == 20  # "The" and "the" are one
    assert counts.long_words == 5  # well-known, animal's (7), behaviour, understood, Perhaps
    assert counts.sentences == 5
    assert counts.paragraphs == 2
    assert counts.lines == 3


def test_formulas():
    # 10 words, 40 letters, 2 sentences, 2 long words
    found = text_analyzer("aa bbbb ccccccc dd eee. fff g hhhhhhhhhh iiiii jjj.")
    assert (found.counts.letters, found.counts.words) == (40, 10)
    assert found.readability.lix == 10 / 2 + 100 * 2 / 10
    assert found.readability.rix == 1.0
    assert found.readability.ari == round(4.71 * 4 + 0.5 * 5 - 21.43, 2)
    assert found.readability.coleman_liau == round(0.0588 * 400 - 0.296 * 20 - 15.8, 2)


@pytest.mark.parametrize("text", ["", "  \n\n ", "... !!! ?", "---"])
def test_no_words(text):
    found = text_analyzer(text)
    assert found.counts.words == found.counts.sentences == 0
    assert found.readability.lix is None
    assert found.keywords == []
    assert found.sentences == []


def test_sentences():
    text = (
        'Dr. No said: "Go!" He went. Version 1.5 is out… Was it? 東京に行く。雪が降る！\nOne\n\nTwo'
    )
    assert text_analyzer(text).sentences == [
        "Dr.", 'No said: "Go!"', "He went.", "Version 1.5 is out…", "Was it?", "東京に行く。",
        "雪が降る！", "One", "Two"]  # fmt: skip
    assert text_analyzer("a. b. c.", max_sentences=2).sentences == ["a.", "b."]
    assert text_analyzer("a. b. c.", max_sentences=2).counts.sentences == 3


def test_keywords_are_what_the_text_is_about_in_any_language():
    english = (
        "The database holds the customers. Each of the customers has the invoices that were sent. "
        "The migration moves the database with this and that. The tables are then checked with "
        "the migration report. Nothing is lost with the migration."
    )
    german = (
        "Die Datenbank enthält die Kunden. Jeder von den Kunden hat eine Rechnung. Die Migration "
        "bewegt die Datenbank. Dann prüft die Migration eine Tabelle. Die Migration endet."
    )
    assert [k.word for k in text_analyzer(english).keywords][:3] == [
        "migration",
        "customers",
        "database",
    ]
    assert [k.word for k in text_analyzer(german).keywords][:2] == ["migration", "datenbank"]
    first = text_analyzer(english).keywords[0]
    assert (first.count, first.score) == (3, round(3 * 3.169925 * (1 - 3 / 6), 4))
    assert len(text_analyzer(english, keywords=3).keywords) == 3


def test_equal_scores_are_in_alphabetical_order():
    words = [k.word for k in text_analyzer("zebra alpha gamma. delta").keywords]
    assert words == ["alpha", "delta", "gamma", "zebra"]


@pytest.mark.parametrize(
    "text",
    ["." * 300_000 + "x", ". " * 200_000, "\n \n" * 100_000, "\n" + " " * 300_000 + "x",
     "a-" * 200_000, "'" * 300_000, "a" * 300_000, '."' * 150_000 + "x", "。" * 300_000,
     "\n" * 300_000, "a.b" * 100_000],
    ids=lambda text: repr(text[:6]),
)  # fmt: skip
def test_hostile_texts_take_linear_time(text):
    """Quadratic work on these would take hours, not the blink that the test lasts."""
    assert text_analyzer(text).counts.characters == len(text)
