"""Statements on somebody's rows that name no owner, and uses of everybody's rows, each with its reason."""

from collections.abc import Mapping

FOUND = "by the id of a row that was found under an owner in the same transaction"
FOUND_BEFORE = "by the id of a row that was found under an owner just before"
FOLLOWED = "by the id of an answer that was found under an owner when its reader began to follow it"
RUNNING = "the daemon's own work: an answer that it generates, or takes over from a dead run"
TASKS = "the daemon's own work: a task that it runs, or takes over from a dead run"
EITHER = f"{FOUND}; or {TASKS}"

PAYS = "the daemon's own work: the account that pays for a model server"

WITHOUT_OWNER: Mapping[str, Mapping[str, str]] = {
    "orchd/features/account/queries.py": {
        "_count": PAYS,
        "accounts_of": PAYS,
        "begin_month": "the daemon's own work: all accounts count anew in a new month",
        "by_days": FOUND,
        "costs_of": FOUND,
        "forget": "the daemon's own work: what is older than may be kept",
        "store": PAYS,
    },
    "orchd/features/notification/queries.py": {
        "task_matters": "the daemon's own work: what asked something that is settled, whosever it is",
        "asking_tasks": "the daemon's own work: which tasks to look at after a start, and nothing of any",
    },
    "orchd/features/transfer/import_queries.py": {
        "import_epochs": "the daemon's own work: what runs have left",
        "interrupt_imports": "the daemon's own work: what runs have left",
    },
    "orchd/features/chat/queries.py": {
        "begin_end": RUNNING,
        "_BRANCH": FOUND,
        "_END": FOUND,
        "_going_on": "the answer that the same transaction has just inserted",
        "_parent_of": FOUND,
        "_with_siblings": FOUND,
        "finish": RUNNING,
        "find_present": f"{RUNNING}; or {FOLLOWED}",
    },
    "orchd/features/chat/running_queries.py": {
        "running_answers": FOUND,
        "streaming_owners": RUNNING,
        "unfinished_ids": RUNNING,
        "interrupt_without_text": RUNNING,
        "_interrupt": RUNNING,
        "give": RUNNING,
        "request_cancel": "by the id of an answer that was found under an owner who may change it",
        "check_wanted": RUNNING,
    },
    "orchd/features/chat/marks/branch_queries.py": {"read_tree": FOUND},
    "orchd/features/chat/marks/mark_queries.py": {
        "_read": FOUND,
        "count_votes": "what all people think of a model's answers is a fact for all",
    },
    "orchd/features/chat/marks/removal_queries.py": {
        "remove": FOUND,
        "restore": FOUND,
        "removed_messages": FOUND,
    },
    "orchd/features/conversation/queries.py": {
        "whose": "the daemon's own work: who may go on following",
        "extend": FOUND,
        "set_system_prompt": FOUND,
        "set_title": FOUND,
        "end_answer": RUNNING,
        "regrow": FOUND,
    },
    "orchd/features/chat/whole_queries.py": {
        "whole_messages": FOUND,
        "branch_ids": FOUND,
        "whole_size": FOUND,
    },
    "orchd/features/conversation/whole_queries.py": {
        "end_whole": "a conversation that the same transaction has inserted, or a draft that the caller makes",
        "whose_draft": "the daemon's own work: a draft that the caller makes",
        "end_draft": "the daemon's own work: a draft that the caller makes",
        "draft_epochs": "the daemon's own work: what runs have left",
        "drafts_of": "the daemon's own work: what runs have left",
    },
    "orchd/features/credential/queries.py": {
        "find_sealed": FOUND,
        "of_admins": "the daemon's own work: the keys that it sends to model servers",
        "_store_secret": FOUND,
    },
    "orchd/features/file/queries.py": {
        "confirm": FOUND_BEFORE,
        "end_upload": FOUND,
        "remove_upload": f"{FOUND_BEFORE}; or the daemon's own work: one that nobody goes on with",
        "forget_uploads": "the daemon's own work: uploads that nobody goes on with",
        "awaited_uploads": "the daemon's own work: what a crash has left on the disk",
        "unused_contents": "the daemon's own work: contents that no file has any more, whoever had them",
        "release_content": "the daemon's own work: contents that no file has any more, whoever had them",
    },
    "orchd/features/journal/queries.py": {
        "append": RUNNING,
        "set_stream": RUNNING,
        "read_stream": RUNNING,
        "read": f"{FOUND}, or {FOLLOWED}",
        "remove": RUNNING,
    },
    "orchd/features/models/assistants/instruction_queries.py": {
        "_TOLD": "the beginning of statements that have a condition",
        "count_told": FOUND,
    },
    "orchd/features/models/ratings/rating_queries.py": {
        "_NARROWER": "what all users think of a model is a fact for all",
        "rate": "what all users think of a model is a fact for all; the rating itself is of `owned_by`",
        "ratings": "what all users think of a model is a fact for all",
    },
    "orchd/features/task/store/editing_queries.py": {
        "remove_checks": FOUND,
        "_forget_names": FOUND,
        "remove_dependency": FOUND,
        "_leads_to": "whether two tasks wait for each other in a circle, whoever has those between them",
    },
    "orchd/features/task/store/lifecycle_queries.py": {
        "plan": FOUND,
        "retry": FOUND,
        "give_up": TASKS,
        "bill": TASKS,
        "_close": EITHER,
        "reconsider": EITHER,
        "ready": TASKS,
        "acquire": TASKS,
        "owners": TASKS,
        "take_over": TASKS,
        "owned_versions": TASKS,
    },
    "orchd/features/task/store/listing_queries.py": {
        "everybodys_statuses": "for the daemon's metrics: how many tasks there are of each status, and nothing of any",
        "steps_of": FOUND,
        "_subtask_counts": "by the ids of tasks that were listed under an owner in the same transaction",
    },
    "orchd/features/task/store/news_queries.py": {
        "task_news": "the daemon's own work: what is to be told to the user who has the task",
    },
    "orchd/features/task/store/queries.py": {
        "needed_by": "whose these tasks are, of which each is shown to those who see them",
        "find_subtask": "what a subtask depends on, shown only where the subtask itself is found under an owner",
        "subtasks": EITHER,
        "blockers": f"{EITHER}; others' titles are left out",
        "inputs": f"{TASKS}; only of tasks that its user may still see",
        "_open_steps": EITHER,
    },
    "orchd/features/task/store/removal_queries.py": {
        "_ask_about_removed": "the daemon's own work: what a task waited for that is removed is asked about, not shown",
        "_ask_dependents": "the daemon's own work: tasks that wait for a removed one are asked about, not shown",
        "_bind_dependents": "the daemon's own work: tasks that wait for a restored one are asked no more, not shown",
        "purge_tasks": "the daemon's own work: what was removed long ago",
    },
    "orchd/features/task/store/saving_queries.py": {
        "prune_log": EITHER,
        "wake_dependents": "the daemon's own work: tasks that wait for another one are looked at again",
        "forget_question": EITHER,
    },
    "orchd/features/task/store/subtask_queries.py": {"remove": FOUND, "_set_needed": FOUND, "_number": FOUND},
    "orchd/features/text/queries.py": {
        "find": "the parts of a job that was found by `user_id` in the same transaction",
        "save": "the daemon's own work: a job that was found by `user_id` before it was begun",
        "forget": "the daemon's own work: jobs that are too old",
    },
    "orchd/features/workspace/texts/prompt_queries.py": {"count_run": FOUND, "keep_version": FOUND},
    "orchd/features/workspace/texts/template_queries.py": {"count_use": FOUND},
    "orchd/features/verification/queries.py": {
        "find": "by the id in a task that was found under an owner in the same transaction",
        "remove": "by ids in a task that was found under an owner in the same transaction",
        "_with_claims": FOUND,
    },
}
"""Module → function or constant with a statement that has no owner's condition → why it needs none."""

EVERYBODYS: Mapping[str, Mapping[str, str]] = {
    "orchd/features/account/queries.py": {"accounts_of": PAYS, "find_spent": PAYS, "store": PAYS},
    "orchd/features/chat/queries.py": {"find_any": f"{RUNNING}; or {FOLLOWED}"},
    "orchd/features/chat/marks/removal_queries.py": {
        "purge_messages": "the daemon's own work: what was removed long ago"
    },
    "orchd/features/conversation/queries.py": {"CONVERSATIONS": "the same table with fewer members"},
    "orchd/features/credential/queries.py": {"note_test": "by the id of a credential that was found under an owner"},
    "orchd/features/credential/live.py": {"find_present": "it is told to those alone to whom it belongs"},
    "orchd/features/notification/queries.py": {
        "mark_settled": "the daemon's own work: what asked something that is settled, whosever it is"
    },
    "orchd/features/task/store/listing_queries.py": {
        "find_summary": "the daemon's own work: each is told to those who see it"
    },
    "orchd/features/task/store/removal_queries.py": {"_ask": "asks about tasks that wait for a removed one"},
    "orchd/features/task/store/lifecycle_queries.py": {"TASKS": EITHER, "decide": FOUND, "rebind": EITHER},
    "orchd/features/task/log/queries.py": {
        "find_line": "the daemon's own work: each is told to those who see its task"
    },
    "orchd/features/task/store/queries.py": {"approvals": EITHER, "find": TASKS},
    "orchd/features/task/store/saving_queries.py": {
        "_UPDATE_STEP": TASKS,
        "_UPDATE_SUBTASK": TASKS,
        "_UPDATE_TASK": TASKS,
        "_add_planned": TASKS,
        "_save_approvals": TASKS,
        "_save_steps": TASKS,
        "log": EITHER,
        "note_updated": "the daemon's own work: each is told to those who see it",
    },
    "orchd/features/task/store/subtask_queries.py": {"add": FOUND, "change": FOUND},
    "orchd/features/workspace/texts/prompt_queries.py": {"keep_version": FOUND},
    "orchd/features/retention.py": {"removed_kinds": "the daemon's own work: what was removed long ago"},
}
"""Module → function that reaches everybody's rows → why it may."""
