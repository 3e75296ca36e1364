import pytest

from orchd.llm.answers.overflow import is_overflow

TOO_LONG = """
Trying to keep the first 812 tokens when context the overflows
Cannot truncate prompt with n_keep (900) >= n_ctx (512)
The number of tokens to keep from the initial prompt is greater than the context length
Context size has been exceeded.
the request exceeds the available context size, try increasing it
request (5012 tokens) exceeds the available context size (4096 tokens), try increasing it
This model's maximum context length is 4097 tokens. However, your messages resulted in 4650 tokens.
This model's maximum context length is 512 tokens. However, you requested 600 (500 in the messages)
Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000 `inputs` tokens
Input validation error: `inputs` must have less than 1024 tokens. Given: 2048
prompt is too long: 210000 tokens > 200000 maximum
input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000, decrease input length or `max_tokens`
messages: text content blocks must be less than 200000 tokens: prompt is too long
Input is too long for requested model.
La longitud del contexto supera el máximo de 4096 tokens
Слишком длинный запрос: 5000 токенов, максимум 4096
入力が長すぎます。最大4096トークンです
输入过长
Die Eingabe ist zu lang: 5000 Tokens
too many tokens: total number of tokens in the prompt cannot exceed 4081 - received 8123
The input token count (1196265) exceeds the maximum number of tokens allowed (1048575).
Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length
Please reduce the length of the messages or completion. Current length is 10123 while limit is 8192
This model's maximum prompt length is 131072 but the request contains 537812 tokens.
prompt too long; exceeded max context length by 4 tokens
the input length exceeds the context length
The prompt is too long: 10000, model maximum context length: 8192
prompt token count of 70000 exceeds the limit of 64000
The input (5000 tokens) is longer than the model's context length (4096 tokens).
Requested token count exceeds the model's maximum context length of 8192 tokens.
Context length 9000 is greater than max_seq_len 8192
Prompt exceeds max length
Your request exceeded model token limit: 8192
invalid params, context window exceeds limit (2013)
Range of input length should be [1, 30720]
Total message token length exceed model limit
The estimated number of input and maximum output tokens (9000) exceeded this model context window limit (8192)
The decoder prompt (length 5000) is longer than the maximum model length of 4096.
O prompt tem 5000 tokens, o contexto do modelo \u00e9 de 4096
\u8f93\u5165 5000 tokens \u8d85\u8fc7\u4e0a\u4e0b\u6587 4096
"""

SOMETHING_ELSE = """
failed to initialize the context: failed to allocate compute buffer of size 5368709120
llama_init_from_model: failed to initialize the context: n_ctx 131072 needs 17179869184 bytes
CUDA out of memory. Tried to allocate 2048 MiB, context size 8192
model requires more system memory (12000 MiB) than is available (8000 MiB) for its context
insufficient system resources to load the model with a context length of 131072
Rate limit reached for gpt-4 in organization x on tokens per min (TPM): Limit 10000, Used 9000, Requested 2000
You exceeded your current quota for input tokens
context deadline exceeded
context canceled
temperature: Input should be less than or equal to 2
Input validation error: `temperature` must be strictly positive
Input validation error: `best_of` must be > 0 and <= 2
Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.
max_tokens is too large: 99999. This model supports at most 4096 completion tokens, whereas you provided 99999.
Conversation roles must alternate user/assistant/user/assistant/...
Unrecognized request argument supplied: stream_options
the image is too large: 9000 x 9000, at most 4096
maximum number of tools is 128, got 200 tools
model "x" not found, try pulling it first
No models loaded. Please load a model in the developer page or use the 'lms load' command.
Channel Error
boom
"""


def lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line]


@pytest.mark.parametrize("message", lines(TOO_LONG))
def test_a_prompt_that_is_too_long(message: str) -> None:
    assert is_overflow(message, {"invalid_request_error", ""})


@pytest.mark.parametrize("message", lines(SOMETHING_ELSE))
def test_what_is_something_else(message: str) -> None:
    assert not is_overflow(message, {"invalid_request_error", ""})


@pytest.mark.parametrize(
    "mark", ["exceed_context_size_error", "context_length_exceeded", "model_context_window_exceeded"]
)
def test_a_mark_is_enough(mark: str) -> None:
    assert is_overflow("x", {mark})


def test_long_messages_are_read_in_linear_time() -> None:
    for text in ("> " * 40_000, ">" + " " * 80_000, "1" * 80_000, "context " * 10_000):
        is_overflow(text, set())
