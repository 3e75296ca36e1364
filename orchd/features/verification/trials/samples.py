"""What judges are tried with: short results and claims over made-up texts, right ones and wrong ones among each other.

Each wrong one is plainly wrong to whoever reads the text beside it. The faults are of the kinds that models make: an
invented figure, swapped names, a part left out, a refusal, the opposite, an invented sentence. A change of anything
here is a new `VERSION`: what was measured with other samples says nothing.
"""

from typing import NamedTuple

VERSION = 1


class ResultSample(NamedTuple):
    """A result for a request about a text; `fault` is what is wrong with it, empty when nothing is."""

    material: str
    request: str
    result: str
    fault: str


class ClaimSample(NamedTuple):
    """A claim, and whether `CLAIMS_TEXT` bears it out."""

    claim: str
    supported: bool


_BRIDGE = (
    "The Alder Bridge opened on 14 June 1932 after five years of work. It is 412 metres long and carries two lanes of "
    "road traffic and a footpath. Clara Whitfield designed it. In 1987 its cables were replaced at a cost of 3.2 "
    "million pounds; the bridge was closed for eight months."
)
_COUNCIL = (
    "At the meeting of 3 March, Ann Porter proposed to open the library on Sundays. Paul Reyes opposed it, since there "
    "was no staff for it. The proposal was adopted by six votes to three, and begins on 1 May."
)
_HEATER = (
    "To reset the heater, first switch it off at the wall. Second, wait ten minutes. Third, hold the red button down "
    "for five seconds. Fourth, switch it on again and watch for the green lamp."
)
_GARDEN = (
    "Sow the seeds in April, two centimetres deep. Do not water them during the first week, since wet seeds rot. From "
    "the second week on, water them every other day."
)

RESULTS: tuple[ResultSample, ...] = (
    ResultSample(
        _BRIDGE,
        "Say in one sentence when the bridge's cables were replaced, and at what cost.",
        "The cables of the Alder Bridge were replaced in 1987 at a cost of 7.5 million pounds.",
        "invented figure",
    ),
    ResultSample(
        _COUNCIL,
        "Say in one or two sentences who proposed what, who opposed it, and how the vote ended.",
        "Ann Porter proposed to open the library on Sundays, and Paul Reyes opposed it because there was no staff for "
        "it. The proposal was adopted by six votes to three.",
        "",
    ),
    ResultSample(
        _HEATER,
        "List all four steps for resetting the heater, in order.",
        "1. Switch the heater off at the wall.\n2. Wait ten minutes.",
        "dropped part",
    ),
    ResultSample(
        _COUNCIL,
        "Say in one sentence who proposed the change and who opposed it.",
        "Paul Reyes proposed to open the library on Sundays, and Ann Porter opposed it.",
        "swapped names",
    ),
    ResultSample(
        _GARDEN,
        "Explain in one or two sentences how to water the seeds in the first week, and why.",
        "Water the seeds generously every day during the first week, since dry seeds rot.",
        "opposite",
    ),
    ResultSample(
        _BRIDGE,
        "Say in one sentence how long the bridge is and what it carries.",
        "The Alder Bridge is 412 metres long and carries two lanes of road traffic and a footpath.",
        "",
    ),
    ResultSample(
        _GARDEN,
        "Say in one sentence when and how deep the seeds are to be sown.",
        "I'm sorry, but I can't help with that request.",
        "refusal",
    ),
    ResultSample(
        _BRIDGE,
        "Say in one or two sentences who designed the bridge and when it opened. Add nothing to it.",
        "Clara Whitfield designed the Alder Bridge, which opened on 14 June 1932. She received the Royal Medal for it, "
        "and later built a second bridge at Norwood.",
        "invented sentence",
    ),
)

CLAIMS_REQUEST = "Tell what is known of the mill at Corley."
CLAIMS_TEXT = (
    "The mill at Corley was built in 1764 by Josiah Drew, a grain merchant. For a hundred and forty years it ground "
    "wheat and barley for eleven villages. A flood destroyed its wheel in 1853; his grandson Edwin Drew had it rebuilt "
    "of iron within two years. The mill stopped working in 1904, when a railway brought cheaper flour. It stood empty "
    "until 1968, when the county bought it for 9,000 pounds and made it a museum. Today it is open from April to "
    "October, closed on Mondays, and visited by about 20,000 people a year. Dogs are not allowed inside."
)
CLAIMS: tuple[ClaimSample, ...] = (
    ClaimSample("The mill at Corley was built in the eighteenth century.", True),
    ClaimSample("Edwin Drew built the mill in 1764.", False),
    ClaimSample("The mill ground wheat and barley.", True),
    ClaimSample("It worked for nineteen villages.", False),
    ClaimSample("A fire destroyed the wheel in 1853.", False),
    ClaimSample("The new wheel was made of iron.", True),
    ClaimSample("Edwin was the grandson of Josiah Drew.", True),
    ClaimSample("The railway brought more work to the mill.", False),
    ClaimSample("The mill stopped working in 1904.", True),
    ClaimSample("The county paid 9,000 pounds for it.", True),
    ClaimSample("The mill has been a museum since 1904.", False),
    ClaimSample("Visitors can bake bread there on Sundays.", False),
    ClaimSample("The museum is closed in winter.", True),
    ClaimSample("It is open on Mondays.", False),
    ClaimSample("Some 20,000 people visit it each year.", True),
    ClaimSample("Dogs may be taken inside.", False),
)
