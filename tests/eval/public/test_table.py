from tests.eval.public.baselines import BASELINES
from tests.eval.public.table import Scored, calibration, markdown, rows


def scored(name: str, base: float) -> list[Scored]:
    """Claims that the ledger gets right, and baselines do as far as `base`."""
    return [
        Scored("a", name, f"s{number // 2}", truth, 0.95 if truth else 0.05, dict.fromkeys(BASELINES, base * truth))
        for number, truth in enumerate([True, False] * 5)
    ]


def test_a_row_has_the_figures_of_the_ledger_and_of_the_baselines() -> None:
    found = rows([*scored("a_one", 0.0), *scored("a_two", 1.0)])
    assert [(each.name, each.claims, each.auc, each.right, each.supported) for each in found] == [
        ("a_one", 10, 1, 1, 1),
        ("a_two", 10, 1, 1, 1),
    ]
    assert found[0].baselines == dict.fromkeys(BASELINES, 0.5)
    assert found[1].baselines == dict.fromkeys(BASELINES, 1.0)
    lines = markdown(found).splitlines()
    assert len(lines) == 5
    assert lines[2].startswith("| a_one | 10 | 1.000 (1.00-1.00) | 0.500 |")
    assert lines[-1].startswith("| mean |  | 1.000 | 0.750 |")


def test_a_baseline_that_is_better_is_marked() -> None:
    turned = [item._replace(support=1 - item.support) for item in scored("a_one", 1.0)]
    (row,) = rows(turned)
    assert row.better == list(BASELINES)
    assert "**1.000**" in markdown([row])


def test_the_curve_and_its_error_are_told() -> None:
    lines = list(calibration(scored("a_one", 0.0)))
    assert "| from 0.9 | 5 | 0.95 | 1.00 |" in lines
    assert "Expected calibration error 0.050." in lines[-1]
