"""Dates in texts, and which follow from which."""

import pytest
from hypothesis import given

from orchd.claims.numbers.dates import Date, agreement, dates
from tests.claims.parts import TEXTS


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("9 November 1874", Date(1874, 11, 9)),
        ("November 9th, 1874", Date(1874, 11, 9)),
        ("1874-11-09", Date(1874, 11, 9)),
        ("22/11/1874", Date(1874, 11, 22)),
        ("11/22/1874", Date(1874, 11, 22)),
        ("9 de novembro de 1874", Date(1874, 11, 9)),
        ("1º de março", Date(None, 3, 1)),
        ("Nov 1874", Date(1874, 11)),
        ("03/2024", Date(2024, 3)),
        ("16/10", Date(None, 10, 16)),
        ("dia 14", Date(None, None, 14)),
        ("em março", Date(None, 3)),
        ("the 1870s", Date(1870, span=10)),
        ("anos 60", Date(1960, span=10)),
        ("19th century", Date(1800, span=100)),
        ("século XIX", Date(1800, span=100)),
        ("in 1999", Date(1999)),
        ("21:40", Date(clock=1300, half_known=True)),
        ("9.40 pm", Date(clock=1300, half_known=True)),
        ("12 am", Date(clock=0, half_known=True)),
        ("22h", Date(clock=1320, half_known=True)),
        ("half past ten", Date(clock=630)),
        ("quarter to 5", Date(clock=285)),
        ("2h27min", Date(clock=147)),
        ("at two in the afternoon", Date(clock=840, half_known=True)),
        ("at 8 o’clock in the morning", Date(clock=480, half_known=True)),
        ("at ten at night", Date(clock=1320, half_known=True)),
        ("às 2 da tarde", Date(clock=840, half_known=True)),
        ("às oito horas da noite", Date(clock=1200, half_known=True)),
        ("à uma da madrugada", Date(clock=60, half_known=True)),
    ],
)
def test_a_date_is_read(text: str, date: Date) -> None:
    assert [found.date for found in dates(text)] == [date]


def test_figures_that_could_be_either_have_two_readings() -> None:
    (found,) = dates("03/04/2021")
    assert agreement(Date(2021, 4, 3), found.date) == agreement(Date(2021, 3, 4), found.date) == 1
    (found,) = dates("03/04/2021", day_first=True)
    assert agreement(Date(2021, 3, 4), found.date) == 0


def test_two_days_of_a_month() -> None:
    assert [each.date for each in dates("from 4 to 15 March 2021")] == [Date(2021, 3, 4), Date(2021, 3, 15)]


@pytest.mark.parametrize("text", ["you may go", "they march on", "1.500", "2 500 m", "12,5", "dez dias", "1500%"])
def test_what_is_no_date(text: str) -> None:
    assert [found for found in dates(text) if found.date.day or found.date.month] == []


@pytest.mark.parametrize(
    ("claimed", "found", "least", "most"),
    [
        (Date(2021), Date(2021, 3, 4), 1, 1),
        (Date(2021, 3, 4), Date(2021), 0.5, 0.7),
        (Date(2021, 3, 4), Date(2021, 3, 5), 0, 0),
        (Date(1990, span=10), Date(1994), 1, 1),
        (Date(1994), Date(1990, span=10), 0.5, 0.5),
        (Date(1980, span=10), Date(1994), 0, 0),
        (Date(1900, span=100), Date(1994), 1, 1),
        (Date(clock=150), Date(clock=870), 0.8, 0.8),
        (Date(clock=150, half_known=True), Date(clock=870, half_known=True), 0, 0),
        (Date(clock=150), Date(2021), 0, 0),
        (Date(month=3), Date(2021), 0, 0),
    ],
)
def test_agreement(claimed: Date, found: Date, least: float, most: float) -> None:
    assert least <= agreement(claimed, found) <= most


@given(TEXTS)
def test_dates_stand_where_they_say_and_agree_with_themselves(text: str) -> None:
    for found in dates(text):
        assert 0 <= found.start < found.end <= len(text)
        assert agreement(found.date, found.date) == 1
