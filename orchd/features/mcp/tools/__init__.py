"""The tools: one file each, with what it takes, what it gives and what it does."""

from orchd.features.mcp.tools.assistants import AssistantNames, list_assistants
from orchd.features.mcp.tools.chat import chat_tool
from orchd.features.mcp.tools.machine import STATUS
from orchd.features.mcp.tools.models import LIST_MODELS
from orchd.features.mcp.tools.searching import SEARCH
from orchd.features.mcp.tools.tasks import GET_TASK, RUN_TASK
from orchd.features.mcp.tools.tool import AnyTool, McpTool, ToolArguments, ToolResult
from orchd.features.mcp.tools.verifying import verify_text
from orchd.features.verification import Verification
from orchd.storage import Database

__all__ = ["AnyTool", "McpTool", "ToolArguments", "ToolResult", "all_tools"]


def all_tools(verification: Verification, database: Database) -> dict[str, AnyTool]:
    """Return the tools by their names, in the order in which they are listed."""
    names = AssistantNames(database)
    tools: tuple[AnyTool, ...] = (
        chat_tool(names),
        LIST_MODELS,
        list_assistants(names),
        RUN_TASK,
        GET_TASK,
        verify_text(verification),
        SEARCH,
        STATUS,
    )
    return {tool.name: tool for tool in tools}
