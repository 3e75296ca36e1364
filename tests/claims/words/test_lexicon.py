from orchd.claims.words.lexicon import lexicon, plain
from orchd.claims.words.stems import fold, stem


def test_words_of_the_same_meaning_share_a_group() -> None:
    known = lexicon("en")
    assert known.of(stem("buy", "en")) & known.of(stem("acquire", "en"))
    assert not known.of(stem("buy", "en")) & known.of(stem("mountain", "en"))
    pt = lexicon("pt")
    assert pt.of(stem(fold("construção"), "pt")) & pt.of(stem("erguer", "pt"))


def test_opposites_go_both_ways() -> None:
    for word, other in (("rise", "fall"), ("open", "close"), ("buy", "sell"), ("before", "after")):
        known = lexicon("en")
        assert known.opposites(stem(word, "en")) & known.of(stem(other, "en")), word
        assert known.opposites(stem(other, "en")) & known.of(stem(word, "en")), other


def test_prefixes_that_negate() -> None:
    assert plain("unsafe", "en") == stem("safe", "en")
    assert plain("desnecessario", "pt") == stem("necessario", "pt")
    assert plain("under", "en") is None
    assert plain("house", "en") is None
