"""Which modules are mutated, the tests that must notice, and the mutants that may live, each with its reason."""

import tomllib
from pathlib import Path

ENTRY = "tests/server/entry"
TASK, ENGINE = "tests/features/task/core", "tests/features/task/engine"

SUBJECTS: dict[str, tuple[str, ...]] = {
    "orchd/server/exit/outlet.py": (
        "tests/server/test_turns.py",
        "tests/server/test_outbox.py",
        "tests/server/exit/test_answer.py",
        "tests/faults/test_slow_lines.py",
    ),
    "orchd/server/outbox.py": (
        "tests/server/test_turns.py",
        "tests/server/test_outbox.py",
        "tests/faults/test_slow_lines.py",
    ),
    "orchd/access/throttle.py": ("tests/access/test_throttle.py", f"{ENTRY}/test_doorkeeper.py"),
    "orchd/server/entry/cookie.py": (f"{ENTRY}/test_cookie.py", f"{ENTRY}/test_reception.py"),
    "orchd/server/entry/credentials.py": (f"{ENTRY}/test_credentials.py",),
    "orchd/server/entry/doorkeeper.py": (
        f"{ENTRY}/test_doorkeeper.py",
        f"{ENTRY}/test_entrance.py",
        "tests/pages/test_login.py",
    ),
    "orchd/server/entry/entrance.py": (f"{ENTRY}/test_entrance.py",),
    "orchd/server/entry/reception.py": (f"{ENTRY}/test_reception.py", "tests/server/test_http.py"),
    "orchd/protocol/codec.py": ("tests/protocol/test_codec.py", "tests/protocol/test_command.py"),
    "orchd/protocol/command.py": ("tests/protocol/test_command.py",),
    "orchd/protocol/frame_type.py": ("tests/protocol/test_frame_type.py",),
    "orchd/llm/wire/sse.py": ("tests/llm/wire/test_sse.py",),
    "orchd/llm/answers/reply.py": (
        "tests/llm/answers/test_reply.py",
        "tests/llm/answers/test_echo.py",
        "tests/llm/asking/test_stream.py",
    ),
    "orchd/llm/scheduler/plan.py": ("tests/llm/scheduler/test_plan.py", "tests/llm/scheduler/test_queue.py"),
    "orchd/hub/growing_text.py": ("tests/hub/test_growing_text.py",),
    "orchd/hub/text_feed.py": ("tests/hub/test_text_feed.py",),
    "orchd/features/chat/answer/transcript.py": ("tests/features/chat/answer/test_transcript.py",),
    "orchd/features/journal/service.py": ("tests/features/journal/test_service.py",),
    "orchd/entity/columns.py": ("tests/entity/test_columns.py", "tests/entity/test_table.py"),
    "orchd/entity/table.py": ("tests/entity/test_table.py",),
    "orchd/entity/search/ranking.py": ("tests/entity/search/test_ranking.py",),
    "orchd/storage/sqlite/sqlite_writer.py": (
        "tests/storage/sqlite/test_sqlite_writer.py",
        "tests/storage/sqlite/test_sqlite_database.py",
    ),
    "orchd/llm/answers/json_answer.py": ("tests/llm/answers/test_json_answer.py",),
    "orchd/llm/asking/asker.py": ("tests/llm/asking/test_asker.py", "tests/features/task/workers/test_generating.py"),
    "orchd/llm/asking/ask.py": ("tests/llm/asking/test_ask.py",),
    "orchd/llm/asking/cost.py": ("tests/llm/asking/test_cost.py",),
    "orchd/llm/asking/fallback.py": ("tests/llm/asking/test_fallback.py",),
    "orchd/llm/asking/members.py": ("tests/llm/asking/test_members.py",),
    "orchd/llm/asking/recording.py": ("tests/llm/asking/test_recording.py",),
    "orchd/llm/asking/retry.py": ("tests/llm/asking/test_retry.py",),
    "orchd/llm/asking/rounds.py": ("tests/llm/asking/test_rounds.py",),
    "orchd/llm/asking/stream.py": ("tests/llm/asking/test_stream.py",),
    "orchd/features/task/core/state.py": (f"{TASK}/test_state.py", f"{TASK}/test_transitions.py"),
    "orchd/features/task/core/subtasks.py": (f"{TASK}/test_subtasks.py", f"{TASK}/test_machine.py"),
    "orchd/features/task/core/transitions.py": (f"{TASK}/test_transitions.py", f"{TASK}/test_machine.py"),
    "orchd/features/task/core/machine.py": (f"{TASK}/test_transitions.py", f"{TASK}/test_machine.py"),
    "orchd/features/task/engine/running.py": (f"{ENGINE}/test_running.py", f"{ENGINE}/test_runner.py"),
    "orchd/sealing/master_key.py": ("tests/sealing/test_master_key.py",),
    "orchd/sealing/sealed_value.py": ("tests/sealing/test_sealed_value.py",),
    "orchd/features/verification/deciding.py": ("tests/features/verification/test_deciding.py",),
    "orchd/features/verification/judging/reading.py": ("tests/features/verification/judging/test_reading.py",),
    "orchd/features/verification/judging/verdicts.py": ("tests/features/verification/judging/test_verdicts.py",),
    "orchd/features/verification/trials/trial.py": ("tests/features/verification/trials/test_trial.py",),
}
"""Module → its tests, quickest first: the first that fails settles it."""

SPARED = Path(__file__).with_name("spared.toml")


def spared() -> dict[str, dict[str, str]]:
    """Return module → mutant → why it may live: it changes nothing that anybody could notice."""
    return tomllib.loads(SPARED.read_text(encoding="utf-8"))
