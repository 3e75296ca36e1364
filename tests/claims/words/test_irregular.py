from orchd.claims.words.irregular import IRREGULAR
from orchd.claims.words.stems import fold, stem


def test_forms_are_written_as_they_are_looked_up() -> None:
    assert all(form == fold(form) for table in IRREGULAR.values() for form in table)


def test_irregular_forms_meet() -> None:
    assert stem("wrote", "en") == stem("written", "en") == stem("writer", "en")
    assert stem("trouxe", "pt") == stem("traz", "pt")
    assert stem("men", "en") == stem("man", "en") != stem("women", "en")
