"""Every module has its test file, and every test file its module."""

from tests.house.source import ORCHD, ROOT, TESTS, Module

BY_CONVERSATION: dict[str, str] = {
    "orchd/features/chat/streams.py": "tests/features/chat/recovery/test_recovery.py",
    "orchd/llm/asking/lost_answers.py": "tests/llm/asking/test_taking_up.py",
    "orchd/llm/replay/place.py": "tests/llm/asking/test_taking_up.py",
    "orchd/assembly/backups.py": "tests/backup/scheduling/test_schedule.py",
    "orchd/backup/scheduling/child.py": "tests/backup/scheduling/test_schedule.py",
    "orchd/features/gateway/anthropic/blocks.py": "tests/features/gateway/test_anthropic.py",
    "orchd/features/gateway/anthropic/events.py": "tests/features/gateway/test_anthropic.py",
    "orchd/features/gateway/anthropic/listing.py": "tests/features/gateway/test_anthropic.py",
    "orchd/features/gateway/anthropic/pages.py": "tests/features/gateway/test_anthropic.py",
    "orchd/features/gateway/anthropic/refusals.py": "tests/features/gateway/test_anthropic.py",
    "orchd/features/gateway/anthropic/request.py": "tests/features/gateway/test_anthropic.py",
    "orchd/features/chat/keeping.py": "tests/wire/test_gateway.py",
    "orchd/features/gateway/ollama/answers.py": "tests/features/gateway/ollama/test_pages.py",
    "orchd/features/gateway/ollama/listing.py": "tests/features/gateway/ollama/test_pages.py",
    "orchd/features/gateway/ollama/messages.py": "tests/features/gateway/ollama/test_requests.py",
    "orchd/features/gateway/ollama/refusals.py": "tests/features/gateway/ollama/test_pages.py",
    "orchd/features/gateway/sources.py": "tests/wire/test_task_models.py",
    "orchd/features/gateway/tasks.py": "tests/wire/test_task_models.py",
    "orchd/features/mcp/serving.py": "tests/wire/test_mcp.py",
    "orchd/features/gateway/texts.py": "tests/features/gateway/ollama/test_pages.py",
    "orchd/features/gateway/places.py": "tests/features/gateway/test_openai.py",
    "orchd/features/gateway/refusals.py": "tests/features/gateway/test_openai.py",
    "orchd/features/gateway/responses/events.py": "tests/features/gateway/test_responses.py",
    "orchd/features/gateway/responses/items.py": "tests/features/gateway/test_responses.py",
    "orchd/features/gateway/responses/pages.py": "tests/features/gateway/test_responses.py",
    "orchd/features/gateway/responses/request.py": "tests/features/gateway/test_responses.py",
    "orchd/features/gateway/responses/tools.py": "tests/features/gateway/test_responses.py",
    "orchd/features/gateway/translation/calls.py": "tests/features/gateway/test_responses.py",
    "orchd/features/gateway/translation/counting.py": "tests/features/gateway/test_anthropic.py",
    "orchd/features/gateway/translation/pages.py": "tests/features/gateway/test_responses.py",
    "orchd/features/mcp/asking/call.py": "tests/features/mcp/test_pages.py",
    "orchd/features/mcp/asking/inner_client.py": "tests/features/mcp/test_pages.py",
    "orchd/features/mcp/service.py": "tests/features/mcp/test_pages.py",
    "orchd/features/mcp/tools/assistants.py": "tests/wire/test_mcp.py",
    "orchd/features/mcp/tools/chat.py": "tests/wire/test_mcp.py",
    "orchd/features/mcp/tools/machine.py": "tests/wire/test_mcp.py",
    "orchd/features/mcp/tools/models.py": "tests/wire/test_mcp.py",
    "orchd/features/mcp/tools/searching.py": "tests/wire/test_mcp.py",
    "orchd/features/mcp/tools/tasks.py": "tests/wire/test_mcp.py",
    "orchd/features/mcp/tools/tool.py": "tests/wire/test_mcp.py",
    "orchd/features/mcp/tools/verifying.py": "tests/wire/test_mcp.py",
    "orchd/backup/contents.py": "tests/backup/test_making.py",
    "orchd/backup/files.py": "tests/backup/test_making.py",
    "orchd/backup/reading.py": "tests/backup/test_making.py",
    "orchd/backup/source.py": "tests/backup/test_encryption.py",
    "orchd/cli/database/upkeep.py": "tests/cli/test_database.py",
    "orchd/storage/whole/mysql_upkeep.py": "tests/backup/test_checking.py",
    "orchd/storage/whole/sqlite_upkeep.py": "tests/backup/test_checking.py",
    "orchd/storage/whole/upkeep.py": "tests/backup/test_checking.py",
    "orchd/storage/whole/filling.py": "tests/backup/test_restoring.py",
    "orchd/storage/whole/mysql_copying.py": "tests/backup/test_copying.py",
    "orchd/storage/whole/mysql_filling.py": "tests/backup/test_restoring.py",
    "orchd/storage/whole/sqlite_copying.py": "tests/backup/test_copying.py",
    "orchd/storage/whole/sqlite_filling.py": "tests/backup/test_restoring.py",
    "orchd/storage/whole/mysql_reading.py": "tests/backup/test_making.py",
    "orchd/storage/whole/reading.py": "tests/backup/test_making.py",
    "orchd/storage/whole/sqlite_reading.py": "tests/backup/test_making.py",
    "orchd/codegen/markdown/frames.py": "tests/codegen/markdown/test_document.py",
    "orchd/codegen/markdown/layout.py": "tests/codegen/markdown/test_document.py",
    "orchd/codegen/markdown/links.py": "tests/codegen/markdown/test_document.py",
    "orchd/codegen/markdown/members.py": "tests/codegen/markdown/test_document.py",
    "orchd/codegen/markdown/overview.py": "tests/codegen/markdown/test_document.py",
    "orchd/codegen/markdown/types.py": "tests/codegen/markdown/test_document.py",
    "orchd/codegen/answers.py": "tests/codegen/python/test_package.py",
    "orchd/codegen/bounds.py": "tests/codegen/python/test_package.py",
    "orchd/codegen/unions.py": "tests/codegen/python/test_package.py",
    "orchd/codegen/python/annotations.py": "tests/codegen/python/test_package.py",
    "orchd/codegen/python/clients.py": "tests/codegen/python/test_package.py",
    "orchd/codegen/python/facts.py": "tests/codegen/python/test_package.py",
    "orchd/codegen/python/methods.py": "tests/codegen/python/test_package.py",
    "orchd/codegen/python/objects.py": "tests/codegen/python/test_package.py",
    "orchd/codegen/python/source.py": "tests/codegen/python/test_package.py",
    "orchd/codegen/typescript/annotations.py": "tests/codegen/typescript/test_package.py",
    "orchd/codegen/typescript/clients.py": "tests/codegen/typescript/test_package.py",
    "orchd/codegen/typescript/frames.py": "tests/codegen/typescript/test_package.py",
    "orchd/codegen/typescript/methods.py": "tests/codegen/typescript/test_package.py",
    "orchd/codegen/typescript/names.py": "tests/codegen/typescript/test_package.py",
    "orchd/codegen/typescript/objects.py": "tests/codegen/typescript/test_package.py",
    "orchd/codegen/typescript/source.py": "tests/codegen/typescript/test_package.py",
    "orchd/codegen/reading/values.py": "tests/codegen/reading/test_frames.py",
    "orchd/compatibility/difference.py": "tests/compatibility/test_walk.py",
    "orchd/compatibility/extras.py": "tests/compatibility/test_frames.py",
    "orchd/compatibility/members.py": "tests/compatibility/test_walk.py",
    "orchd/compatibility/reading/sameness.py": "tests/compatibility/test_walk.py",
    "orchd/compatibility/reading/soundness.py": "tests/compatibility/reading/test_document.py",
    "orchd/compatibility/requests.py": "tests/compatibility/test_frames.py",
    "orchd/compatibility/values.py": "tests/compatibility/test_walk.py",
    "orchd/compatibility/verdicts.py": "tests/compatibility/test_walk.py",
    "orchd/protocol/schema/example.py": "tests/house/test_golden.py",
    "orchd/entity/shared_rows.py": "tests/features/test_project.py",
    "orchd/features/project/access_changes.py": "tests/wire/test_sharing.py",
    "orchd/features/project/auditing.py": "tests/wire/test_sharing.py",
    "orchd/features/project/handlers.py": "tests/wire/test_sharing.py",
    "orchd/features/project/live.py": "tests/wire/test_sharing.py",
    "orchd/features/project/member_queries.py": "tests/features/test_project.py",
    "orchd/features/project/team_queries.py": "tests/features/test_project.py",
    "orchd/features/gateway/routes.py": "tests/features/gateway/test_openai.py",
    "orchd/entity/search/places.py": "tests/entity/search/test_posting_queries.py",
    "orchd/entity/search/search_queries.py": "tests/features/test_search.py",
    "orchd/entity/search/word_queries.py": "tests/features/test_search.py",
    "orchd/entity/search/sources.py": "tests/features/test_search.py",
    "orchd/features/chat/searching.py": "tests/features/test_search.py",
    "orchd/features/search/handlers.py": "tests/features/test_search.py",
    "orchd/features/chat/marks/branch_queries.py": "tests/features/chat/marks/test_mark_handlers.py",
    "orchd/features/chat/marks/mark_queries.py": "tests/features/chat/marks/test_mark_handlers.py",
    "orchd/features/chat/marks/removal_queries.py": "tests/features/chat/marks/test_mark_handlers.py",
    "orchd/features/models/ratings/rating.py": "tests/features/models/ratings/test_rating_handlers.py",
    "orchd/features/models/ratings/rating_queries.py": "tests/features/models/ratings/test_rating_handlers.py",
    "orchd/features/chat/titles/title_queries.py": "tests/features/chat/titles/test_titler.py",
    "orchd/entity/refusals.py": "tests/entity/test_table.py",
    "orchd/cli/chat/tables/finding.py": "tests/cli/chat/test_commands.py",
    "orchd/entity/wire/releasing_queries.py": "tests/features/workspace/test_knowledge.py",
    "orchd/entity/owned.py": "tests/entity/test_owned_rows.py",
    "orchd/entity/wire/change_queries.py": "tests/entity/wire/test_feed.py",
    "orchd/entity/wire/definition.py": "tests/entity/wire/test_handlers.py",
    "orchd/entity/owned_table.py": "tests/entity/test_owner.py",
    "orchd/entity/wire/following.py": "tests/features/credential/test_live.py",
    "orchd/features/project/team_live.py": "tests/features/project/test_team_handlers.py",
    "orchd/features/account/account.py": "tests/features/account/test_handlers.py",
    "orchd/features/account/queries.py": "tests/features/account/test_service.py",
    "orchd/features/provider/configured.py": "tests/features/provider/test_handlers.py",
    "orchd/features/provider/provider.py": "tests/features/provider/test_handlers.py",
    "orchd/features/provider/queries.py": "tests/features/provider/test_service.py",
    "orchd/features/provider/trial.py": "tests/features/provider/test_handlers.py",
    "orchd/llm/placement.py": "tests/llm/test_registry.py",
    "orchd/server/exit/outlet.py": "tests/server/test_outbox.py",
    "orchd/access/authenticator.py": "tests/server/entry/test_doorkeeper.py",
    "orchd/tracing/tracer.py": "tests/tracing/test_opening.py",
    "orchd/cli/top/live.py": "tests/wire/test_top.py",
    "orchd/cli/top/terminal.py": "tests/wire/test_top.py",
    "orchd/cli/chat/terminal/editor.py": "tests/wire/test_terminal.py",
    "orchd/cli/chat/terminal/keyboard.py": "tests/wire/test_terminal.py",
    "orchd/cli/chat/terminal/keys.py": "tests/wire/test_terminal.py",
    "orchd/cli/database/pruning.py": "tests/cli/test_database.py",
    "orchd/features/workspace/pruning_queries.py": "tests/features/test_retention.py",
    "orchd/cli/on_database.py": "tests/cli/test_users.py",
    "orchd/cli/asking/account_tables.py": "tests/cli/asking/test_account.py",
    "orchd/cli/asking/exchange.py": "tests/cli/asking/test_project.py",
    "orchd/cli/asking/tables.py": "tests/cli/asking/test_quota.py",
    "orchd/cli/asking/team.py": "tests/cli/asking/test_project.py",
    "orchd/cli/audit/rows.py": "tests/cli/audit/test_words.py",
    "orchd/cli/listing/pages.py": "tests/cli/listing/test_sharing.py",
    "orchd/cli/reaching/passwords.py": "tests/cli/test_users.py",
    "orchd/client/page_exchange.py": "tests/client/test_files.py",
    "orchd/client/pages.py": "tests/client/test_stored_files.py",
    "orchd/client/streams.py": "tests/client/test_connecting.py",
    "orchd/cli/user_actions.py": "tests/cli/test_users.py",
    "orchd/features/setting/queries.py": "tests/features/setting/test_handlers.py",
    "orchd/features/notification/handlers.py": "tests/features/notification/test_queries.py",
    "orchd/features/audit/live.py": "tests/features/audit/test_handlers.py",
    "orchd/features/audit/views.py": "tests/features/audit/test_handlers.py",
    "orchd/features/notification/mail_handlers.py": "tests/features/notification/test_mail_service.py",
    "orchd/features/task/log/live.py": "tests/features/task/log/test_handlers.py",
    "orchd/features/task/log/queries.py": "tests/features/task/log/test_handlers.py",
    "orchd/features/task/store/news_queries.py": "tests/features/notification/test_queries.py",
    "orchd/features/people/store/change_queries.py": "tests/features/people/test_watching.py",
    "orchd/features/people/store/queries.py": "tests/features/people/store/test_user_changes.py",
    "orchd/features/people/store/session_queries.py": "tests/features/people/test_service.py",
    "orchd/features/people/store/standing_queries.py": "tests/features/people/test_watching.py",
    "orchd/features/people/store/token_queries.py": "tests/features/people/wire/test_token_handlers.py",
    "orchd/features/file/contents.py": "tests/features/chat/answer/test_attachments.py",
    "orchd/features/file/disk.py": "tests/features/file/test_uploads.py",
    "orchd/features/file/queries.py": "tests/features/file/test_uploads.py",
    "orchd/oidc/login_flow.py": "tests/wire/test_oidc.py",
    "orchd/features/models/assistants/instruction_queries.py": (
        "tests/features/models/assistants/test_instruction_handlers.py"
    ),
    "orchd/features/chat/whole_queries.py": "tests/features/transfer/test_copying.py",
    "orchd/features/conversation/whole_queries.py": "tests/features/transfer/test_copying.py",
    "orchd/cli/moving/giving.py": "tests/cli/moving/test_taking.py",
    "orchd/cli/moving/sources.py": "tests/cli/moving/test_taking.py",
    "orchd/features/transfer/files.py": "tests/wire/test_conversation_files.py",
    "orchd/features/transfer/reading/chatgpt.py": "tests/features/transfer/reading/test_elements.py",
    "orchd/features/transfer/reading/conversation.py": "tests/features/transfer/reading/test_elements.py",
    "orchd/features/transfer/reading/facts.py": "tests/features/transfer/reading/test_elements.py",
    "orchd/features/transfer/reading/growing.py": "tests/features/transfer/reading/test_elements.py",
    "orchd/features/transfer/reading/librechat.py": "tests/features/transfer/reading/test_elements.py",
    "orchd/features/transfer/reading/open_webui.py": "tests/features/transfer/reading/test_elements.py",
    "orchd/features/transfer/reading/own.py": "tests/features/transfer/test_importing.py",
    "orchd/features/transfer/reading/values.py": "tests/features/transfer/reading/test_elements.py",
    "orchd/features/transfer/storing.py": "tests/features/transfer/test_importing.py",
    "orchd/pages/contents/conversations.py": "tests/wire/test_conversation_files.py",
    "orchd/features/transfer/handlers.py": "tests/features/transfer/test_exporting.py",
    "orchd/features/workspace/texts/prompt_queries.py": "tests/features/workspace/texts/test_prompt_handlers.py",
    "orchd/features/workspace/texts/template_queries.py": "tests/features/workspace/texts/test_template_handlers.py",
}
"""Module → the test that covers it where a file of its own would only repeat a conversation over the wire."""

APART = (
    "tests/bench/",
    "tests/coverage/",
    "tests/eval/",
    "tests/faults/",
    "tests/house/",
    "tests/mutants/",
    "tests/orchd_client/",
    "tests/release/",
    "tests/tools/",
    "tests/web/",
    "tests/wire/",
    "tests/test_readme.py",
)
"""Folders that mirror nothing."""


def mirror(path: str) -> str:
    folder, _, name = path.removeprefix("orchd/").removesuffix(".py").rpartition("/")
    return "/".join(part for part in ("tests", folder, f"test_{name.strip('_')}.py") if part)


def expected() -> dict[str, str]:
    """Return module → test file; a package's `__init__` is tested through what lies behind it."""
    return {module.path: mirror(module.path) for module in mirrored()}


def mirrored() -> list[Module]:
    return [module for module in ORCHD if not module.is_package]


def declares_only(module: Module) -> bool:
    """Whether there is no function in it: payloads, tables and types are checked by mypy and by the schema's tests."""
    return not module.functions


def test_the_name_of_a_modules_test() -> None:
    assert mirror("orchd/llm/wire/sse.py") == "tests/llm/wire/test_sse.py"
    assert mirror("orchd/guard.py") == "tests/test_guard.py"
    assert mirror("orchd/__main__.py") == "tests/test_main.py"


def test_every_module_has_its_test() -> None:
    there = {module.path for module in TESTS}
    untested = (module for module in mirrored() if mirror(module.path) not in there)
    missing = [
        f"{module.path}: {mirror(module.path)}"
        for module in untested
        if module.path not in BY_CONVERSATION and not declares_only(module)
    ]
    assert not missing, "no test file, nor an entry in BY_CONVERSATION:\n" + "\n".join(missing)


def test_conversations_are_there_and_needed() -> None:
    for module, conversation in BY_CONVERSATION.items():
        assert (ROOT / conversation).is_file(), f"{module} should be covered by {conversation}"
        assert not (ROOT / expected()[module]).is_file(), f"{module} has a test of its own now: strike it here"


def test_every_test_has_its_module() -> None:
    packages = {f"tests/{module.name.partition('.')[2].replace('.', '/')}" for module in ORCHD if module.is_package}
    stray = [
        module.path
        for module in TESTS
        if module.path.rpartition("/")[2].startswith("test_")
        and not module.path.startswith(APART)
        and module.path not in expected().values()
        and module.path.replace("/test_", "/").removesuffix(".py") not in packages
    ]
    assert not stray, f"tests of no module (conversations go to tests/wire/): {stray}"
