"""Verification: whether an answer is right, as far as other models and its sources can tell.

Frames: `verify:message` with `verify:claim`, `verify:get`, `verify:list`, `verify:trials`. Tables: `verification`,
`verification_claim`, `judge_trial`. Other features ask `Verification` (`check` an answer, say which of two is
`better`), read a ledger by `find_ledger` and delete some by `remove_ledgers`. A check has two sides. Judges give
verdicts (`judges` chooses them, `validating` asks, `verdicts` reads, `deciding` concludes), and `trials` knows whose
approval verifies anything; `inspection` looks for what was made up (`claims`, `repetition`, `sampling`, `examining`)
and `confidence` weighs it. Checkers give second opinions on single claims: `panel` has them asked (`checkers` says
who, `forms` and `passages` how, `consulting` asks), and `combining` adds them up. `interview` and `prompts` are how a
judge is asked, `reading` how it is understood.
"""

from orchd.claims import Source
from orchd.features.feature import OpenFeatures, Services
from orchd.features.models import Models
from orchd.features.text import Texts
from orchd.features.verification.checking.consulting import CheckerLimits
from orchd.features.verification.hallucination.claims import measure
from orchd.features.verification.handlers import COMMANDS, VerifyHandlers
from orchd.features.verification.judging.verdicts import remarks_of
from orchd.features.verification.messages import (
    VerificationOutcome,
    VerifyClaimItem,
    VerifyFinding,
    VerifyLedger,
    VerifySourceLabel,
    VerifyVerdict,
)
from orchd.features.verification.queries import find as find_ledger
from orchd.features.verification.queries import remove as remove_ledgers
from orchd.features.verification.records import (
    Appointer,
    CheckListener,
    CheckReport,
    CheckRequest,
    Preference,
    ResultPair,
    SilentCheckListener,
    within_reply,
)
from orchd.features.verification.remarks import VerifyRemark
from orchd.features.verification.service import Verification
from orchd.features.verification.trials.trials import JudgeTrials
from orchd.features.verification.wording import paragraph
from orchd.settings.verification import VerificationSettings

__all__ = [
    "COMMANDS",
    "Appointer",
    "CheckListener",
    "CheckReport",
    "CheckRequest",
    "Preference",
    "ResultPair",
    "SilentCheckListener",
    "Source",
    "Verification",
    "VerificationOutcome",
    "VerifyClaimItem",
    "VerifyFinding",
    "VerifyLedger",
    "VerifyRemark",
    "VerifySourceLabel",
    "VerifyVerdict",
    "find_ledger",
    "open_verification",
    "paragraph",
    "remarks_of",
    "remove_ledgers",
    "within_reply",
]


DEFAULTS = VerificationSettings()


def open_verification(
    services: Services, models: Models, texts: Texts, settings: VerificationSettings = DEFAULTS
) -> OpenFeatures[Verification]:
    """Make the feature; nothing runs but requests."""
    limits = CheckerLimits(settings.checker_calls if settings.checkers else 0, settings.checker_seconds)
    database, backends, workers = services.database, services.backends, services.workers
    trials = JudgeTrials(database, backends, texts, workers) if settings.judge_trials else None
    verification = Verification(database, backends, models, texts, workers, measure, limits, trials)
    return OpenFeatures(verification, COMMANDS.bind(VerifyHandlers(database, backends, verification)))
