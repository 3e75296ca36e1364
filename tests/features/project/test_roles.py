"""What somebody is who is a member in more than one way."""

from itertools import permutations

from orchd.features.project.roles import RANKS, highest


def test_the_highest_role_counts() -> None:
    assert highest([]) is None
    for number in range(1, 4):
        for roles in permutations(RANKS, number):
            wanted = "owner" if "owner" in roles else "editor" if "editor" in roles else "viewer"
            assert highest(roles) == wanted
