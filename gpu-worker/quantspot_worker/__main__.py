"""python -m quantspot_worker serve | recipes | ..."""

import argparse
import json
import logging
import os
import sys
import warnings
from dataclasses import fields
from typing import TYPE_CHECKING

from .bench.cli import add_parser as add_bench_parser
from .tiny.cli import add_parser as add_tiny_parser

if TYPE_CHECKING:
    from .settings import Settings  # which imports PyTorch


#: Exit status of `recipes` where a setting can't be used: what it says is for the operator.
_UNUSABLE = 3


def main() -> int:
    arguments = _parser().parse_args()
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    # At every start these tell of kernels that the machine has no use for.
    for library in ("torchao", "bitsandbytes", "torch.utils._pytree"):
        logging.getLogger(library).setLevel(logging.ERROR)
    warnings.filterwarnings("ignore")  # libraries' advice to programmers, hundreds of lines with some quantizers
    # Before these libraries are imported: no progress bars, and no warning that quotes the prompt it cut.
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("DIFFUSERS_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    return int(arguments.command(arguments))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="quantspot_worker", description=__doc__)
    commands = parser.add_subparsers(required=True)
    engine = argparse.ArgumentParser(add_help=False)
    engine.add_argument("--model", required=True, help="tiny, a folder, or a hub id")
    engine.add_argument("--device", default="auto", help="cpu, cuda:0, cuda:1, auto")
    engine.add_argument("--budget-gib", type=float, help="memory for the weights of all loaded variants")
    _add_recipes(engine)
    engine.add_argument("--text-encoder", default="", help="precision of T5: bf16, int8, nf4, fp8")
    serve = commands.add_parser(
        "serve", parents=[engine], help="the engine: JSON lines on stdin and stdout, pixels on fd 3"
    )
    serve.set_defaults(command=_serve)
    warm = commands.add_parser("warm", parents=[engine], help="compile what such an engine will run, for its cache")
    warm.set_defaults(command=_warm)
    recipes = commands.add_parser("recipes", help="what runs on this device, as JSON, if the recipes named can be used")
    recipes.add_argument("--device", default="auto")
    _add_recipes(recipes)
    recipes.set_defaults(command=_recipes)
    add_bench_parser(commands)
    add_tiny_parser(commands)
    return parser


def _add_recipes(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--keep", default="", help="recipes to load at start, separated by commas")
    parser.add_argument("--recipes", default="", help="recipes to offer, separated by commas (default: the article's)")
    parser.add_argument("--weights", default="", help="RECIPE=PLACE, with commas: a GGUF file or a saved transformer")


def _serve(arguments: argparse.Namespace) -> int:
    from .channel import FRAME_FD, Channel

    try:
        channel = Channel.claim()
    except OSError:
        print(f"serve writes pixels to file descriptor {FRAME_FD}: start it with a pipe there.", file=sys.stderr)
        return 2
    from .serve import Engine

    status = Engine(channel, _settings(arguments)).run(sys.stdin.buffer)
    # Everything is written by now. Python's own way out takes PyTorch apart for seconds, and aborts where the reader
    # thread still waits on stdin.
    logging.shutdown()
    os._exit(status)


def _warm(arguments: argparse.Namespace) -> int:
    from .errors import EngineError
    from .recipes import BY_ID
    from .settings import prepare
    from .warm import compile_ahead

    try:
        start = prepare(_settings(arguments), lambda now: None)
    except EngineError as error:
        print(error.message, file=sys.stderr)
        return 1
    runnable = [BY_ID[id] for id, report in start.reports.items() if report["runnable"]]
    compiled = 0
    for recipe, seconds in compile_ahead(start.model, start.device, runnable):
        print(f"{recipe.label}: {seconds:.1f} s", flush=True)
        compiled += 1
    print(f"{compiled} number formats are compiled." if compiled else "Nothing is compiled on this device.")
    return 0


def _settings(arguments: argparse.Namespace) -> "Settings":
    from .settings import Settings

    return Settings(**{field.name: getattr(arguments, field.name) for field in fields(Settings)})


def _recipes(arguments: argparse.Namespace) -> int:
    from .device import open_device
    from .errors import EngineError
    from .probes import report
    from .settings import check

    try:
        check(arguments.keep, arguments.recipes, arguments.weights)
    except EngineError as error:
        print(error.message, file=sys.stderr)
        return _UNUSABLE
    print(json.dumps(report(open_device(arguments.device)), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
