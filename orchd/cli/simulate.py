"""`orchd simulate`: the flags are the simulator's own declarations, so that the two can't differ."""

import signal
from collections.abc import Iterator, Mapping
from typing import Any

import click
import msgspec
import trio

from orchd.config.keys import Key
from orchd.errors import ConfigurationError
from orchd.simulator import FAULTS_HELP, OPTIONS, CommandOption, SimulatorConfig, parse_model, serve_forever


def simulator_config(models: tuple[str, ...], values: Mapping[str, Any]) -> SimulatorConfig:
    """The simulator's configuration from flags. Raises `ConfigurationError` for what it refuses."""
    problems = [text for field in msgspec.structs.fields(SimulatorConfig) for text in _unfit(field, values)]
    if problems:
        raise ConfigurationError("\n".join(problems))
    config = msgspec.convert(values, SimulatorConfig)
    return msgspec.structs.replace(config, models=tuple(map(parse_model, models))) if models else config


def _unfit(field: msgspec.structs.FieldInfo, values: Mapping[str, Any]) -> Iterator[str]:
    """Say in the words of the settings why a flag's value can't be used."""
    if field.name not in values:
        return
    try:
        msgspec.convert(values[field.name], field.type)
    except msgspec.ValidationError:
        bounds = Key((field.name,), field.name, field.type, None, "").bounds
        yield f"`--{field.name.replace('_', '-')}` must be {bounds}, not {values[field.name]}"


def _simulate(models: tuple[str, ...], **values: Any) -> None:
    trio.run(_serve_until_signal, simulator_config(models, values))


async def _serve_until_signal(config: SimulatorConfig) -> None:
    """SIGINT and SIGTERM end it in order, as both mean that it is no longer wanted."""
    token = trio.lowlevel.current_trio_token()
    with trio.CancelScope() as scope:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: token.run_sync_soon(scope.cancel))
        await serve_forever(config)


def _option(option: CommandOption) -> click.Option:
    if option.type is bool:
        off = option.flag.replace("--", "--no-", 1)
        return click.Option(
            [f"{option.flag}/{off}", option.field], default=option.default, show_default=True, help=option.help
        )
    shown = option.default not in (None, "")
    return click.Option(
        [option.flag, option.field], type=option.type, default=option.default, show_default=shown, help=option.help
    )


def _preformat(text: str) -> str:
    """click rewraps paragraphs unless each starts with a backspace mark."""
    return text.strip().replace("\n\n", "\n\n\b\n")


simulate = click.Command(
    "simulate",
    callback=_simulate,
    params=[
        *map(_option, OPTIONS),
        click.Option(
            ["--model", "models"],
            multiple=True,
            metavar="ID[,embedding][,reasoning][,vision][,loaded][,context=N]",
            help="A model to offer; its ID begins with `simulated`, so that nobody takes it for a real one. "
            "Repeatable. Default: one of each sort.",
        ),
    ],
    help="Run a simulated model server that speaks LM Studio's APIs, for those who write clients."
    f"\n\n\b\n{_preformat(FAULTS_HELP)}",
    short_help="Run a simulated model server that speaks LM Studio's APIs.",
)
