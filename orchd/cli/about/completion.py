"""`orchd completion`: what a shell needs to complete orchd's commands and flags."""

import click
from click.shell_completion import get_completion_class

SHELLS = ("bash", "zsh", "fish")


@click.command(
    help="Print a script by which a shell completes orchd's commands and flags. For bash: "
    "`orchd completion bash > ~/.local/share/bash-completion/completions/orchd`."
)
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    made = get_completion_class(shell)
    assert made is not None
    root = click.get_current_context().find_root().command
    click.echo(made(root, {}, "orchd", "_ORCHD_COMPLETE").source())
