"""Write a tiny llama-architecture GGUF with random weights (about 0.5 MB).

It is a real model file for a real llama.cpp server: it tokenizes, streams, counts tokens, honours grammars and JSON
schemas, and answers gibberish. With `--ranks` it scores pairs of texts instead, as senselessly. Needs the packages gguf
and numpy.

    python make_tiny_gguf.py tiny.gguf [--context 2048] [--ranks]
"""

import argparse

import gguf
import numpy as np
import numpy.typing as npt

WIDTH, LAYERS, HEADS, FEED_FORWARD = 64, 2, 4, 128
WORDS = ("the", "a", "of", "and", "to", "in", "is", "model", "task", "ol\u00e1", "yes", "no")
LETTERS = '.,etaonisrhldcumfpgwybvk{}[]":0123456789'
RANK_TEMPLATE = "Query: {query}\nDocument: {document}\nanswer:"
CHAT_TEMPLATE = "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}assistant:"


def vocabulary() -> tuple[list[bytes], list[float], list[int]]:
    """Return (tokens, scores, types): three specials, the 256 byte tokens, then a few words."""
    kind = gguf.TokenType
    rows = [(b"<unk>", 0.0, kind.UNKNOWN), (b"<s>", 0.0, kind.CONTROL), (b"</s>", 0.0, kind.CONTROL)]
    rows += [(f"<0x{byte:02X}>".encode(), 0.0, kind.BYTE) for byte in range(256)]
    for rank, word in enumerate(dict.fromkeys((*WORDS, *LETTERS)), start=1):
        piece = word if len(word) == 1 else "\u2581" + word
        rows.append((piece.encode(), -float(rank), kind.NORMAL))
    rows.append(("\u2581".encode(), -99.0, kind.NORMAL))
    tokens, scores, types = zip(*rows, strict=True)
    return list(tokens), list(scores), list(types)


def write_model(path: str, context_length: int, *, ranks: bool = False) -> None:
    writer = gguf.GGUFWriter(path, "qwen3" if ranks else "llama")
    add_shape(writer, context_length)
    size = add_vocabulary(writer)
    add_tensors(writer, size)
    if ranks:
        add_ranking(writer)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def add_shape(writer: gguf.GGUFWriter, context_length: int) -> None:
    writer.add_name("tiny-random")
    writer.add_context_length(context_length)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(FEED_FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)


def add_vocabulary(writer: gguf.GGUFWriter) -> int:
    """Add the tokenizer and return the number of its tokens."""
    tokens, scores, types = vocabulary()
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores(scores)
    writer.add_token_types(types)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    writer.add_chat_template(CHAT_TEMPLATE)
    return len(tokens)


def add_tensors(writer: gguf.GGUFWriter, vocabulary_size: int) -> None:
    random = np.random.default_rng(7)

    def weights(*shape: int) -> npt.NDArray[np.float32]:
        return (random.standard_normal(shape) * 0.35).astype(np.float32)

    writer.add_tensor("token_embd.weight", weights(vocabulary_size, WIDTH))
    writer.add_tensor("output_norm.weight", np.ones(WIDTH, np.float32))
    writer.add_tensor("output.weight", weights(vocabulary_size, WIDTH))
    shapes = dict.fromkeys(("attn_q", "attn_k", "attn_v", "attn_output"), (WIDTH, WIDTH))
    shapes |= {"ffn_gate": (FEED_FORWARD, WIDTH), "ffn_up": (FEED_FORWARD, WIDTH), "ffn_down": (WIDTH, FEED_FORWARD)}
    for layer in range(LAYERS):
        for name, shape in shapes.items():
            writer.add_tensor(f"blk.{layer}.{name}.weight", weights(*shape))
        writer.add_tensor(f"blk.{layer}.attn_norm.weight", np.ones(WIDTH, np.float32))
        writer.add_tensor(f"blk.{layer}.ffn_norm.weight", np.ones(WIDTH, np.float32))


def add_ranking(writer: gguf.GGUFWriter) -> None:
    """Add what makes of a Qwen3 a model that ranks: a head for yes and no, and the form of a pair."""
    head = np.random.default_rng(3).standard_normal((2, WIDTH)).astype(np.float32)
    writer.add_tensor("cls.output.weight", head)
    for layer in range(LAYERS):
        for part in ("attn_q_norm", "attn_k_norm"):
            writer.add_tensor(f"blk.{layer}.{part}.weight", np.ones(WIDTH // HEADS, np.float32))
    writer.add_array("qwen3.classifier.output_labels", ["yes", "no"])
    writer.add_string("tokenizer.chat_template.rerank", RANK_TEMPLATE)
    writer.add_pooling_type(gguf.PoolingType.RANK)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path")
    parser.add_argument("--context", type=int, default=2048)
    parser.add_argument("--ranks", action="store_true")
    arguments = parser.parse_args()
    write_model(arguments.path, arguments.context, ranks=arguments.ranks)
