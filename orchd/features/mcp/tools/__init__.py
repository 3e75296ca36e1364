"""The tools: one file each, with what it takes, what it gives and what it does."""

from orchd.features.mcp.tools.assistants import LIST_ASSISTANTS
from orchd.features.mcp.tools.chat import CHAT
from orchd.features.mcp.tools.machine import STATUS
from orchd.features.mcp.tools.models import LIST_MODELS
from orchd.features.mcp.tools.searching import SEARCH
from orchd.features.mcp.tools.tasks import GET_TASK, RUN_TASK
from orchd.features.mcp.tools.tool import AnyTool, McpTool, ToolArguments, ToolResult
from orchd.features.mcp.tools.verifying import verify_text
from orchd.features.verification import Verification

__all__ = ["AnyTool", "McpTool", "ToolArguments", "ToolResult", "all_tools"]


def all_tools(verification: Verification) -> dict[str, AnyTool]:
    """Return the tools by their names, in the order in which they are listed."""
    tools: tuple[AnyTool, ...] = (
        CHAT,
        LIST_MODELS,
        LIST_ASSISTANTS,
        RUN_TASK,
        GET_TASK,
        verify_text(verification),
        SEARCH,
        STATUS,
    )
    return {tool.name: tool for tool in tools}
