"""From what was asked for to the list of jobs."""

import argparse
import os
from collections.abc import Iterator

from ..errors import EngineError
from ..protocol import ModelReport
from ..recipes import BY_ID
from . import article
from .jobs import EXECUTIONS, Job, Settings, Way

_WARM_UP_STEPS = 2
_LEAST_TIMED_STEPS = 1


def is_articles_model(report: ModelReport) -> bool:
    """Whether the article's prompts, size and steps fit: FLUX.1-dev or one like it."""
    return report["promptTokens"] == article.PROMPT_TOKENS and "guidance" in report


def prompts_for(report: ModelReport) -> tuple[str, ...]:
    """The article's three; for a model that has learnt other things, its own first three examples."""
    return article.PROMPTS if is_articles_model(report) else tuple(report["examples"][: len(article.PROMPTS)])


def settings_for(arguments: argparse.Namespace, report: ModelReport, device: str) -> Settings:
    """Raises EngineError("bad_request") for a size, a number of steps or an execution that can't be."""
    size = report["sizes"][0]
    width, height = arguments.size or (size["width"], size["height"])
    if width % 16 or height % 16 or min(width, height) < 16:
        raise EngineError("bad_request", "--size is WIDTHxHEIGHT, both multiples of 16 pixels.")
    default = article.STEPS if is_articles_model(report) else report["steps"]["default"]
    steps = arguments.steps or default
    if steps < 2 or (arguments.timed_steps is not None and arguments.timed_steps < _LEAST_TIMED_STEPS):
        raise EngineError("bad_request", "--steps takes 2 or more, --timed-steps 1 or more.")
    execution = os.environ.get("QUANTSPOT_EXECUTION") or "auto"
    if execution not in EXECUTIONS:
        raise EngineError("bad_request", f"QUANTSPOT_EXECUTION is {execution}; say one of {', '.join(EXECUTIONS)}.")
    keeps_pictures = arguments.timed_steps is None and (arguments.out or arguments.fidelity)
    return Settings(
        model=report["name"],
        device=device,
        width=width,
        height=height,
        steps=steps,
        guidance=article.GUIDANCE,
        prompt_tokens=report["promptTokens"],
        warm_up=_WARM_UP_STEPS,
        timed_steps=arguments.timed_steps,
        pictures=len(article.PROMPTS) if keeps_pictures else 0,
        execution=execution,
    )


def rows_of(text: str) -> list[str]:
    """`all` is the article's 19. Raises EngineError("unknown_recipe")."""
    rows = list(article.ROWS) if text == "all" else [row.strip() for row in text.split(",") if row.strip()]
    unknown = [row for row in rows if row not in BY_ID]
    if unknown or not rows:
        known = ", ".join(BY_ID)
        raise EngineError("unknown_recipe", f"There is no row {', '.join(unknown)}; say all, or some of: {known}.")
    return rows


def jobs_for(arguments: argparse.Namespace, settings: Settings) -> list[Job]:
    """Row by row, so that a run that is cut leaves whole pairs."""
    rows = rows_of(arguments.rows)
    whole = rows_of(arguments.end_to_end) if arguments.end_to_end else []
    jobs: list[Job] = []
    if arguments.fidelity:
        jobs += [Job("bf16", "plain", settings), Job("bf16", "plain-compile", settings)]
    for row in rows:
        jobs += [Job(row, way, settings) for way in _ways(arguments, row)]
    if settings.timed_steps is not None:
        image = Settings(**{**vars(settings), "timed_steps": None})
        jobs += [Job(row, way, image) for row in whole for way in _ways(arguments, row)]
    if arguments.resident:
        jobs.append(Job(",".join(rows_of(arguments.resident)), "resident", settings))
    return list(dict.fromkeys(jobs))


def _ways(arguments: argparse.Namespace, row: str) -> Iterator[Way]:
    if arguments.plain or arguments.plain_only:
        # The article's own compiled rows are compiled block by block either way: today's form of what it did.
        yield "plain-compile" if arguments.compile and BY_ID[row].execution == "eager" else "plain"
    if arguments.max_autotune:
        yield "plain-max-autotune"
    if not arguments.plain_only:
        yield "own-as-article" if arguments.as_article else "own"
