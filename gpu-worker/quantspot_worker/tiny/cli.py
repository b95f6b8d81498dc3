"""`python -m quantspot_worker tiny train|score|samples`: everything about tiny that is not serving."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

MODEL = Path(__file__).parents[2] / "models" / "tiny"


def add_parser(subparsers: "Subparsers") -> None:
    """Adds `tiny` and its commands to the package's command line."""
    add_commands(subparsers.add_parser("tiny", help="train, score or sample the tiny model"))


def add_commands(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(required=True, metavar="train|score|samples|ladder")
    _add_train(commands)
    _add_score(commands)
    _add_samples(commands)
    _add_ladder(commands)


def _add_train(commands: "Subparsers") -> None:
    parser = commands.add_parser("train", help="train from nothing on one GPU, or on several with torchrun")
    parser.add_argument("--out", type=Path, required=True, help="state and pipeline; a second run goes on from them")
    parser.add_argument("--minutes", type=float, default=60, help="of all stages and runs together (default 60)")
    parser.add_argument("--stop-after", type=float, default=1e9, help="seconds after which this run saves and ends")
    parser.add_argument("--from-pipeline", dest="start", type=Path, help="a pipeline to begin with, not with nothing")
    parser.add_argument("--teacher", type=Path, help="an undistilled pipeline that --from-pipeline learns on from")
    parser.add_argument("--autoencoder", type=Path, help="a trained autoencoder, which spares its stage")
    parser.add_argument("--scenes", type=int, default=250_000, help="drawn for each run and GPU (default 250000)")
    parser.add_argument("--batch", type=int, default=256, help="pictures a step and GPU (default 256)")
    parser.add_argument("--muon-rate", type=float, default=2e-3)
    parser.add_argument("--adam-rate", type=float, default=1e-3)
    parser.add_argument("--workers", type=int, default=8, help="processes that draw up scenes (default 8)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--max-steps", type=int, help="of each stage, for a trial")
    parser.add_argument("--eager", dest="compiled", action="store_false", help="don't compile")
    parser.set_defaults(command=_train)


def _train(arguments: argparse.Namespace) -> int:
    if arguments.teacher and not arguments.start:
        sys.exit("--teacher teaches a pipeline further: name that one with --from-pipeline.")
    from .training.run import Plan, run

    options = {key: value for key, value in vars(arguments).items() if key in Plan.__dataclass_fields__}
    run(Plan(**options))
    return 0


def _add_sampling(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", type=Path, default=MODEL, help="a pipeline's folder (default: the shipped one)")
    parser.add_argument("--device", default=None, help="cuda or cpu (default: cuda if there is one)")
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--guidance", type=float, default=3.5)
    parser.add_argument("--height", type=int, default=256)
    parser.add_argument("--width", type=int, default=256)
    parser.add_argument("--seed", type=int, default=0)


def _add_score(commands: "Subparsers") -> None:
    parser = commands.add_parser("score", help="how well held-out prompts are followed, as JSON")
    _add_sampling(parser)
    parser.add_argument("--prompts", type=int, default=300, help="how many (default 300; one in three a relation)")
    parser.set_defaults(command=_score)


def _score(arguments: argparse.Namespace) -> int:
    from .samples import Sampler
    from .scorer import score

    sampler = Sampler.load(arguments)
    json.dump(score(sampler, arguments.prompts, arguments.seed), sys.stdout, indent=2)
    print()
    return 0


def _add_samples(commands: "Subparsers") -> None:
    parser = commands.add_parser("samples", help="a labelled grid of pictures")
    _add_sampling(parser)
    parser.add_argument("--out", type=Path, required=True, help="a PNG or WebP file")
    parser.add_argument("--prompts", type=Path, help="a file of prompts, one a line (default: the showcase)")
    parser.add_argument("--columns", type=int, default=8)
    parser.set_defaults(command=_samples)


def _samples(arguments: argparse.Namespace) -> int:
    from .samples import SHOWCASE, Sampler, contact_sheet

    sampler = Sampler.load(arguments)
    prompts = arguments.prompts.read_text().splitlines() if arguments.prompts else list(SHOWCASE)
    pictures = sampler.draw(prompts, arguments.seed)
    contact_sheet(pictures, prompts, arguments.columns).save(arguments.out)
    return 0


def _add_ladder(commands: "Subparsers") -> None:
    parser = commands.add_parser("ladder", help="how far each recipe's pictures are from bf16, as JSON lines")
    _add_sampling(parser)
    parser.add_argument("--recipes", nargs="*", help="recipe ids (default: all that quantize in place)")
    parser.set_defaults(command=_ladder)


def _ladder(arguments: argparse.Namespace) -> int:
    from .ladder import RECIPES, climb
    from .samples import Sampler

    sampler = Sampler.load(arguments)
    for step in climb(sampler, arguments.model, arguments.recipes or RECIPES, arguments.seed):
        print(json.dumps(step), flush=True)
    return 0
