"""Reference values for the quiz's statistics, from SciPy and statsmodels.

    python -m venv /tmp/reference && /tmp/reference/bin/pip install scipy==1.17.1 statsmodels==0.15.0
    /tmp/reference/bin/python test/reference/quiz.py > test/fixtures/quiz/reference.json
    npx biome format --write test/fixtures/quiz/reference.json
"""

import itertools
import json
from fractions import Fraction

import numpy as np
import scipy
import statsmodels
import statsmodels.api as sm
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.sandwich_covariance import cov_cluster, cov_cluster_2groups

random = np.random.default_rng(20261121)


def distributions():
    quantiles = [0.0005, 0.025, 0.3, 0.5, 0.7, 0.975, 0.9995]
    shapes = [(0.012, 1.01), (0.5, 0.5), (1, 1), (1, 40), (3.7, 2.2), (21, 20), (137.5, 261.25), (1200, 1180), (18000, 2000)]
    freedoms = [1, 2, 2.7, 4, 9, 19, 39, 400]
    return {
        "beta": [[p, a, b, stats.beta.ppf(p, a, b)] for p in quantiles for a, b in shapes],
        "normal": [[p, stats.norm.ppf(p)] for p in quantiles],
        "student": [[p, df, stats.t.ppf(p, df)] for p in quantiles for df in freedoms],
    }


def proportions():
    rows = []
    for trials in [1, 2, 7, 20, 40, 333, 2500]:
        for successes in sorted({0, 1, trials // 3, trials // 2, (9 * trials) // 10, trials}):
            for confidence in [0.9, 0.95, 0.99]:
                alpha = 1 - confidence
                rows.append(
                    {
                        "successes": successes,
                        "trials": trials,
                        "confidence": confidence,
                        "wilson": proportion_confint(successes, trials, alpha, "wilson"),
                        "clopperPearson": proportion_confint(successes, trials, alpha, "beta"),
                    }
                )
    return rows


def binomials():
    rows = []
    for trials in [1, 5, 20, 73, 400, 3000]:
        for options in [2, 3, 4]:
            for share in [0, 0.2, 1 / options, 0.6, 1]:
                successes = round(share * trials)
                p = stats.binomtest(successes, trials, 1 / options, alternative="greater").pvalue
                rows.append([successes, trials, options, p])
    return rows


def enumerated(rounds):
    """Both p values by walking through every assignment of the answers, in exact fractions."""
    observed = sum(r["votes"][r["answer"]] for r in rounds)
    expected = sum(Fraction(sum(r["votes"]), len(r["votes"])) for r in rounds)
    totals = [sum(choice) for choice in itertools.product(*(r["votes"] for r in rounds))]
    upper = sum(total >= observed for total in totals)
    far = sum(abs(total - expected) >= abs(observed - expected) for total in totals)
    return float(Fraction(upper, len(totals))), float(Fraction(far, len(totals)))


def convolved(rounds):
    """The upper p value of many rounds, by NumPy's convolution."""
    distribution = np.array([1.0])
    for r in rounds:
        one = np.zeros(max(r["votes"]) + 1)
        for count in r["votes"]:
            one[count] += 1 / len(r["votes"])
        distribution = np.convolve(distribution, one)
    return distribution[sum(r["votes"][r["answer"]] for r in rounds) :].sum()


def random_rounds(count, most_options, most_votes):
    rounds = []
    for _ in range(count):
        options = int(random.integers(2, most_options + 1))
        votes = random.integers(0, most_votes + 1, options).tolist()
        rounds.append({"votes": votes, "answer": int(random.integers(0, options))})
    return rounds


def randomisations():
    small = [random_rounds(count, 4, 6) for count in [1, 1, 2, 3, 4, 5, 6, 7]]
    large = [random_rounds(count, options, 60) for count, options in [(40, 2), (40, 4), (50, 3)]]
    return {
        "enumerated": [dict(rounds=r, upper=enumerated(r)[0], twoSided=enumerated(r)[1]) for r in small],
        "convolved": [dict(rounds=r, upper=convolved(r)) for r in large],
    }


def holms():
    rows = [[0.04], [0.01, 0.04, 0.03], [0.5, 0.5, 0.9], [0.0, 1.0], random.uniform(0, 0.1, 12).tolist()]
    return [[row, multipletests(row, method="holm")[1].tolist()] for row in rows]


def d_primes():
    rows = []
    for correct, trials in [(0, 10), (5, 10), (10, 10), (61, 100), (1, 2), (399, 400)]:
        proportion = min(max(correct / trials, 1 / (2 * trials)), 1 - 1 / (2 * trials))
        rows.append([correct, trials, np.sqrt(2) * stats.norm.ppf(proportion)])
    return rows


def clusters():
    rows = []
    for rounds, members, taste, rate in [(5, 4, 0.3, 0.5), (10, 12, 0.1, 0.6), (40, 30, 0.2, 0.5), (3, 2, 0, 0.9)]:
        leaning = random.normal(0, taste, rounds)
        skill = random.normal(rate, 0.1, members)
        cells = [(r, m) for r in range(rounds) for m in range(members) if random.uniform() < 0.7]
        success = [int(random.uniform() < skill[m] + leaning[r]) for r, m in cells]
        fit = sm.OLS(success, np.ones(len(cells))).fit()
        by_round, by_member = (np.array(labels) for labels in zip(*cells))
        both, first, second = cov_cluster_2groups(fit, by_round, by_member)
        singly = cov_cluster(fit, np.arange(len(cells)))
        variance = max(part.item() for part in (both, first, second, singly))
        mean = float(np.mean(success))
        fewest = min(len(set(by_round)), len(set(by_member)))
        for confidence in [0.95, 0.99]:
            tail = (1 + confidence) / 2
            votes = len(cells) if variance == 0 else min(len(cells), mean * (1 - mean) / variance)
            votes *= (stats.norm.ppf(tail) / stats.t.ppf(tail, fewest - 1)) ** 2
            right = mean * votes
            lower = stats.beta.ppf(1 - tail, right, votes - right + 1) if mean > 0 else 0.0
            upper = stats.beta.ppf(tail, right + 1, votes - right) if mean < 1 else 1.0
            rows.append(
                {
                    "votes": [[int(r), int(m), s] for (r, m), s in zip(cells, success)],
                    "confidence": confidence,
                    "lower": lower,
                    "upper": upper,
                }
            )
    return rows


print(
    json.dumps(
        {
            "versions": {"scipy": scipy.__version__, "statsmodels": statsmodels.__version__, "numpy": np.__version__},
            "distributions": distributions(),
            "proportions": proportions(),
            "binomials": binomials(),
            "randomisations": randomisations(),
            "holms": holms(),
            "dPrimes": d_primes(),
            "clusters": clusters(),
        }
    )
)
