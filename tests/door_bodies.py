"""What other programs send to each door: bodies with all that those doors look at."""

from collections.abc import Mapping
from typing import Any

MODEL, EMBEDDER = "simulated-small", "simulated-embedding"
SAYS = "hello [[simulate: tokens=2]]"
TOOL = {
    "name": "weather",
    "description": "Tells it",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
}
CHAT: dict[str, Any] = {
    "model": MODEL,
    "messages": [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": [{"type": "text", "text": SAYS}]},
    ],
    "stream": True,
    "stream_options": {"include_usage": True},
    "tools": [{"type": "function", "function": TOOL}],
    "tool_choice": "auto",
    "response_format": {"type": "text"},
    "temperature": 0.5,
    "stop": ["\n\n"],
    "max_tokens": 4,
    "models": [MODEL],
}
RESPONSES: dict[str, Any] = {
    "model": MODEL,
    "instructions": "Be brief.",
    "input": [
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": SAYS}]},
        {"type": "reasoning", "summary": [{"type": "summary_text", "text": "Well."}]},
        {"type": "function_call", "call_id": "c", "name": "weather", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "c", "output": "sun"},
    ],
    "tools": [{"type": "function", **TOOL, "strict": False}, {"type": "custom", "name": "patch"}],
    "tool_choice": {"type": "function", "name": "weather"},
    "text": {"format": {"type": "json_schema", "name": "n", "schema": {"type": "object"}}, "verbosity": "low"},
    "reasoning": {"effort": "low"},
    "max_output_tokens": 4,
    "stream": False,
    "store": False,
}
MESSAGES: dict[str, Any] = {
    "model": MODEL,
    "max_tokens": 4,
    "system": [{"type": "text", "text": "Be brief."}],
    "messages": [
        {
            "role": "user",
            "content": [
                {"type": "text", "text": SAYS},
                {"type": "image", "source": {"type": "url", "url": "data:image/png;base64,AAAA"}},
            ],
        },
        {
            "role": "assistant",
            "content": [
                {"type": "thinking", "thinking": "Well."},
                {"type": "tool_use", "id": "t", "name": "weather", "input": {"city": "Lisbon"}},
            ],
        },
        {
            "role": "user",
            "content": [
                {
                    "type": "tool_result",
                    "tool_use_id": "t",
                    "content": [{"type": "text", "text": "sun"}],
                    "is_error": False,
                }
            ],
        },
    ],
    "tools": [{"name": "weather", "description": "Tells it", "input_schema": {"type": "object"}}],
    "tool_choice": {"type": "auto", "disable_parallel_tool_use": True},
    "stop_sequences": ["\n\n"],
    "thinking": {"type": "enabled", "budget_tokens": 1024},
    "output_config": {"effort": "low", "format": {"type": "json_schema", "schema": {"type": "object"}}},
    "stream": True,
}
OLLAMA: dict[str, Any] = {
    "model": f"{MODEL}:latest",
    "messages": [
        {"role": "user", "content": SAYS, "images": ["iVBORw0KGgo="]},
        {
            "role": "assistant",
            "content": "",
            "thinking": "Well.",
            "tool_calls": [{"function": {"name": "weather", "arguments": {"city": "Lisbon"}}}],
        },
        {"role": "tool", "tool_name": "weather", "content": "sun"},
    ],
    "tools": [{"type": "function", "function": TOOL}],
    "format": {"type": "object"},
    "options": {"temperature": 0.5, "top_k": 40, "num_predict": 4, "seed": 1, "stop": ["\n\n"]},
    "think": True,
    "keep_alive": "5m",
    "stream": True,
    "logprobs": True,
    "top_logprobs": 1,
}
GENERATE: dict[str, Any] = {
    **{name: OLLAMA[name] for name in ("model", "format", "options", "keep_alive", "stream")},
    "prompt": SAYS,
    "system": "Be brief.",
}
CALLS: Mapping[str, dict[str, Any]] = {
    "chat": {"message": SAYS, "model": MODEL, "conversationId": 1, "params": {"temperature": 0.5, "maxTokens": 4}},
    "list_models": {},
    "list_assistants": {"limit": 5},
    "get_task": {"taskId": 1},
    "search": {"query": "hello", "limit": 5},
    "status": {},
    "verify_text": {"text": "Water boils at 100 degrees.", "sources": [{"title": "t", "text": "It boils at 100."}]},
    "run_task": {"title": "t", "description": SAYS},
}
