import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.llm.answers.finish import MAX_REASON_CHARACTERS, canonical, is_cut_off, is_reason, meaning, outlasts

MEANINGS = {
    "whole": (
        "stop STOP eos eos_token end_turn stop_sequence tool_calls tool_use function_call TOOL_CALL complete COMPLETE"
        " completed done finished eosFound stopStringFound toolCalls stop_token end end_of_text eot_id <|im_end|>"
    ),
    "cut": (
        "length max_tokens MAX_TOKENS model_length max_length maxPredictedTokensReached contextLengthReached"
        " token_limit model_context_window_exceeded repetition pause_turn length_capped truncated"
    ),
    "filtered": (
        "content_filter SAFETY RECITATION sensitive BLOCKLIST PROHIBITED_CONTENT refusal guardrail_intervened SPII"
    ),
    "failed": (
        "error ERROR insufficient_system_resource abort aborted cancelled timeout network_error incomplete server_error"
        " MALFORMED_FUNCTION_CALL modelUnloaded failed userStopped rate_limit unload crashed invalid tool_error"
        " unfinished not_finished notCompleted UNEXPECTED_TOOL_CALL TOO_MANY_TOOL_CALLS deadline_exceeded shutdown"
    ),
    "unknown": "OTHER FINISH_REASON_UNSPECIFIED weird xyz 7",
}


@pytest.mark.parametrize(("reason", "end"), [(word, end) for end, words in MEANINGS.items() for word in words.split()])
def test_what_the_words_of_many_servers_mean(reason: str, end: str) -> None:
    assert meaning(reason) == end
    assert is_cut_off(reason) is (end != "whole")


@pytest.mark.parametrize("nothing", [None, "", " ", "null", "NULL", "none", "None", "nil", "undefined"])
def test_what_is_no_reason(nothing: str | None) -> None:
    assert not is_reason(nothing)


def test_cuts_and_filters_are_told_by_one_name_and_others_as_they_came() -> None:
    assert [canonical(reason) for reason in ("MAX_TOKENS", "SAFETY", "eos", "STOP", "tool_calls")] == [
        "length",
        "content_filter",
        "eos",
        "STOP",
        "tool_calls",
    ]


def test_an_answer_that_was_stopped_for_repeating_itself_or_ended_by_nobody() -> None:
    assert is_cut_off("loop")
    assert not is_cut_off(None)


@given(st.text(max_size=200))
def test_any_text_means_something(reason: str) -> None:
    assert meaning(reason) in {*MEANINGS}
    assert len(canonical(reason)) <= MAX_REASON_CHARACTERS


def test_that_all_is_well_takes_back_no_cut_and_no_failure() -> None:
    assert all(outlasts(earlier, "stop") for earlier in ("length", "error", "SAFETY"))
    assert not any(outlasts("length", later) for later in ("error", "content_filter", "length"))
    assert not outlasts("stop", "length")
    assert not outlasts("in_progress", "stop")


def test_no_control_characters_are_passed_on() -> None:
    assert canonical("stop\x00\n\x1b[31m") == "stop[31m"
