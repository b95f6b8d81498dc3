"""python -m quantspot_worker serve | recipes | ..."""

import argparse
import importlib
import json
import logging
import os
import sys
import warnings
from pathlib import Path

from .errors import EngineError

#: Share of a device's memory that the pool may fill with weights; the rest is for what a render needs.
_BUDGET_SHARE = {"cpu": 0.5, "cuda": 0.8}


def main() -> int:
    arguments = _parser().parse_args()
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    warnings.filterwarnings("ignore")  # libraries' advice to programmers, hundreds of lines with some quantizers
    # Before these libraries are imported: no progress bars, and no warning that quotes the prompt it cut.
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("DIFFUSERS_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    # Threads that wait sleep: on a machine that also runs the bot, a spinning one takes the core from who has work.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    return int(arguments.command(arguments))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="quantspot_worker", description=__doc__)
    commands = parser.add_subparsers(required=True)
    serve = commands.add_parser("serve", help="the engine: JSON lines on stdin and stdout, pixels on fd 3")
    serve.add_argument("--model", required=True, help="tiny, a folder, or a hub id")
    serve.add_argument("--device", default="auto", help="cpu, cuda:0, cuda:1, auto")
    serve.add_argument("--budget-gib", type=float, help="memory for the weights of all loaded variants")
    serve.add_argument("--keep", default="", help="recipes to load at start, separated by commas")
    serve.set_defaults(command=_serve)
    recipes = commands.add_parser("recipes", help="what runs on this device, as JSON")
    recipes.add_argument("--device", default="auto")
    recipes.set_defaults(command=_recipes)
    for name in ("bench", "tiny"):
        if (Path(__file__).parent / name / "cli.py").is_file():
            importlib.import_module(f"{__package__}.{name}.cli").add_parser(commands)
    return parser


def _serve(arguments: argparse.Namespace) -> int:
    from .channel import FRAME_FD, Channel

    try:
        channel = Channel.claim()
    except OSError:
        print(f"serve writes pixels to file descriptor {FRAME_FD}: start it with a pipe there.", file=sys.stderr)
        return 2
    from .device import open_device
    from .model import resolve
    from .recipes import BY_ID
    from .serve import Engine

    try:
        device = open_device(arguments.device)
        model = resolve(arguments.model)
        keep = [id for id in arguments.keep.split(",") if id]
        unknown = [id for id in keep if id not in BY_ID]
        if unknown:
            raise EngineError("unknown_recipe", f"--keep names {', '.join(unknown)}, which this engine does not know.")
    except EngineError as error:
        channel.send({"kind": "error", "code": error.code, "message": error.message, "retryable": error.retryable})
        return 1
    budget = device.total_bytes * _BUDGET_SHARE[device.torch.type]
    if arguments.budget_gib is not None:
        budget = arguments.budget_gib * 2**30
    status = Engine(channel, model, device, int(budget), tuple(BY_ID[id] for id in keep)).run(sys.stdin.buffer)
    # Everything is written by now. Python's own way out takes PyTorch apart for seconds, and aborts where the reader
    # thread still waits on stdin.
    logging.shutdown()
    os._exit(status)


def _recipes(arguments: argparse.Namespace) -> int:
    from .device import open_device
    from .probes import report

    print(json.dumps(report(open_device(arguments.device)), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
