"""`python -m quantspot_worker bench`: the article's tables, made again here. Also `npm run bench -- ...`."""

import argparse
import importlib.util
import logging
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import EngineError

if TYPE_CHECKING:
    from ..protocol import ModelReport

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

_EXAMPLES = """\
examples:
  bench --model tiny --rows all --json tiny.json
  bench --model black-forest-labs/FLUX.1-dev --rows all --plain --out results
  bench --random-weights --rows all --plain --timed-steps 8 --stop-after 540 --json h200.json
Run the same command again to go on where it was cut."""


def add_parser(subparsers: "Subparsers") -> None:
    """Adds `bench` to the package's command line."""
    parser = subparsers.add_parser(
        "bench",
        help="measure the recipes as the article did, one fresh process a row",
        description=__doc__,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    what = parser.add_argument_group("what is measured")
    what.add_argument("--rows", default="all", help="recipe ids with commas, or all: the article's 19 (default)")
    what.add_argument("--model", default="tiny", help="tiny (default), a folder, or a hub id")
    what.add_argument(
        "--random-weights",
        nargs="?",
        const="FLUX.1-dev",
        choices=("FLUX.1-dev", "tiny"),
        help="in the place of --model: random weights of that architecture and size (default FLUX.1-dev), no download",
    )
    what.add_argument("--weights-dir", type=Path, help="where they are written (FLUX.1-dev: 32 to 54 GiB)")
    what.add_argument("--device", default="auto", help="cpu, cuda:0, cuda:1, auto")
    what.add_argument(
        "--resident",
        nargs="?",
        const="bf16,bnb-nf4,torchao-int8,quanto-int8,gguf-q4_1,fp8-layerwise",
        metavar="ROWS",
        help="also: these rows (six by default) loaded together in one pool, and changing between them",
    )
    ways = parser.add_argument_group("in which way (default: as the engine renders)")
    ways.add_argument("--plain", action="store_true", help="also the article's scripts in today's API, and the ratios")
    ways.add_argument("--plain-only", action="store_true", help="the article's scripts alone")
    ways.add_argument("--compile", action="store_true", help="those scripts with compile_repeated_blocks")
    ways.add_argument("--max-autotune", action="store_true", help="also with the article's whole-model max-autotune")
    ways.add_argument(
        "--as-article", action="store_true", help="quantize T5 where the article did, also in our own way"
    )
    how = parser.add_argument_group("how")
    how.add_argument("--steps", type=int, help="of an image (default: the article's 50, or the model's own)")
    how.add_argument("--size", type=_size, metavar="WxH", help="in pixels (default: the model's own)")
    how.add_argument(
        "--timed-steps", type=int, metavar="N", nargs="?", const=8, help="time N steps (8) instead of whole images"
    )
    how.add_argument("--end-to-end", metavar="ROWS", help="with --timed-steps: whole images of these rows as well")
    how.add_argument("--fidelity", action="store_true", help="how far the images are from bf16's")
    output = parser.add_argument_group("output, besides the tables on stdout")
    output.add_argument("--json", type=Path, metavar="FILE", help="every figure; a later run goes on from it")
    output.add_argument("--out", type=Path, metavar="DIR", help="Markdown, CSV, JSON, charts and side-by-side panels")
    output.add_argument("--tables-only", action="store_true", help="measure nothing; write what FILE holds")
    run = parser.add_argument_group("the run")
    run.add_argument("--again", action="store_true", help="measure rows that are in FILE already once more")
    run.add_argument("--stop-after", type=float, default=float("inf"), metavar="S", help="seconds; cuts the last row")
    run.add_argument(
        "--row-timeout",
        type=float,
        default=float("inf"),
        metavar="S",
        help="seconds a row may take, its wait for a turn left out",
    )
    run.add_argument("--ahead", type=int, default=0, metavar="N", help="rows that load while one measures (default 0)")
    parser.set_defaults(command=_bench)


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    return int(width), int(height)


def _bench(arguments: argparse.Namespace) -> int:
    logging.getLogger("httpx").setLevel(logging.WARNING)
    try:
        return _run(arguments)
    except KeyboardInterrupt:
        _say("Stopped; run the same command again to go on.")
        return 130
    except (EngineError, ValueError, OSError) as error:
        print(getattr(error, "message", error), file=sys.stderr)
        return 2


def _run(arguments: argparse.Namespace) -> int:
    if arguments.out or arguments.fidelity:
        _require("matplotlib", "torchmetrics", "flip_evaluator")
    from .output import write_output
    from .records import Records

    if arguments.tables_only:
        if arguments.json is None or not arguments.json.is_file():
            raise EngineError("bad_request", "--tables-only takes a --json FILE that is there.")
        pictures = (arguments.out or arguments.json.with_suffix("")) / "pictures"
        write_output(Records(arguments.json), pictures, arguments)
        return 0
    return _measure(arguments)


def _measure(arguments: argparse.Namespace) -> int:
    import torch

    from .output import write_output
    from .plan import jobs_for, prompts_for, settings_for
    from .records import Records
    from .row import Assignment
    from .runner import Limits, Runner

    device = arguments.device
    if device == "auto":
        device = "cuda:0" if torch.cuda.is_available() else "cpu"
    if arguments.compile and not (arguments.plain or arguments.plain_only):
        raise EngineError("bad_request", "--compile compiles the article's scripts: say --plain as well.")
    source = _source(arguments)
    settings = settings_for(arguments, source.report, device)
    with tempfile.TemporaryDirectory(prefix="quantspot-bench-") as scratch:
        file = arguments.json or (arguments.out or Path(scratch)) / "bench.json"
        records = Records(file)
        beside = arguments.out or file.with_suffix("")
        pictures = beside / "pictures"
        jobs = jobs_for(arguments, settings)
        there = [] if arguments.again else [record for job in jobs if (record := records.of(job))]
        missing = [job for job in jobs if arguments.again or records.of(job) is None]
        if there:
            devices = " and ".join(dict.fromkeys(r["machine"]["device"] for r in there if "machine" in r))
            measured = f", measured on {devices}" if devices else ""
            _say(f"{len(there)} of {len(jobs)} are in {file} already{measured} (--again measures them once more)")

        prompts = prompts_for(source.report)
        runner = Runner(
            records,
            Limits(arguments.ahead, arguments.stop_after, arguments.row_timeout),
            _say,
            beside / "logs",
        )
        complete = runner.run(
            [
                Assignment(
                    job=job,
                    folder=str(source.folder),
                    prompts=prompts,
                    random_weights=source.random,
                    pictures=str(pictures) if settings.pictures else None,
                )
                for job in missing
            ]
        )
        write_output(records, pictures, arguments)
    if not complete:
        _say("Out of time: run the same command again to go on.")
    return 0 if complete else 3


@dataclass(frozen=True)
class _Source:
    folder: Path
    report: "ModelReport"
    random: bool


def _source(arguments: argparse.Namespace) -> _Source:
    from ..model import resolve

    if arguments.random_weights is None:
        model = resolve(arguments.model)
        return _Source(model.folder, model.report, random=False)
    from ..cache import cache_folder
    from .random_weights import make

    name = f"random-{arguments.random_weights}"
    folder = arguments.weights_dir or cache_folder(name)
    model = resolve(str(make(folder, arguments.random_weights)))
    return _Source(model.folder, model.report, random=True)


def _require(*modules: str) -> None:
    lacking = [module for module in modules if importlib.util.find_spec(module) is None]
    if lacking:
        packages = ", ".join(lacking)
        raise EngineError("bad_request", f"Missing here: {packages}. pip install -r gpu-worker/requirements-bench.lock")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
