"""python -m quantspot_worker serve | recipes | ..."""

import argparse
import json
import logging
import os
import sys
import warnings
from dataclasses import fields

from .bench.cli import add_parser as add_bench_parser
from .tiny.cli import add_parser as add_tiny_parser


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
    serve = commands.add_parser("serve", help="the engine: JSON lines on stdin and stdout, pixels on fd 3")
    serve.add_argument("--model", required=True, help="tiny, a folder, or a hub id")
    serve.add_argument("--device", default="auto", help="cpu, cuda:0, cuda:1, auto")
    serve.add_argument("--budget-gib", type=float, help="memory for the weights of all loaded variants")
    serve.add_argument("--keep", default="", help="recipes to load at start, separated by commas")
    serve.add_argument("--recipes", default="", help="recipes to offer, separated by commas (default: the article's)")
    serve.add_argument("--weights", default="", help="RECIPE=PLACE, with commas: a GGUF file or a saved transformer")
    serve.add_argument("--text-encoder", default="", help="precision of T5: bf16, int8, nf4, fp8")
    serve.set_defaults(command=_serve)
    recipes = commands.add_parser("recipes", help="what runs on this device, as JSON")
    recipes.add_argument("--device", default="auto")
    recipes.set_defaults(command=_recipes)
    add_bench_parser(commands)
    add_tiny_parser(commands)
    return parser


def _serve(arguments: argparse.Namespace) -> int:
    from .channel import FRAME_FD, Channel

    try:
        channel = Channel.claim()
    except OSError:
        print(f"serve writes pixels to file descriptor {FRAME_FD}: start it with a pipe there.", file=sys.stderr)
        return 2
    from .serve import Engine
    from .settings import Settings

    names = [field.name for field in fields(Settings)]
    settings = Settings(**{name: getattr(arguments, name) for name in names})
    status = Engine(channel, settings).run(sys.stdin.buffer)
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
