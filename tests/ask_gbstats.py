"""Asks gbstats, ssrm-test and SciPy what they say of the cases of an oracle file; tests/gbstats runs it.

    ask_gbstats.py FILE          compares what they say with the answers in the file
    ask_gbstats.py FILE --bless  writes what they say into the file
"""

import json
import math
import pathlib
import sys
import warnings

import numpy
from gbstats.bayesian.tests import EffectBayesianABTest, EffectBayesianConfig, GaussianPrior
from gbstats.frequentist.tests import FrequentistConfig, SequentialConfig, SequentialTwoSidedTTest, TwoSidedTTest
from gbstats.models.statistics import ProportionStatistic, SampleMeanStatistic
from gbstats.utils import check_srm
from scipy import integrate, optimize, special

# ssrm-test still calls infinity by the name that NumPy 2 took away.
numpy.Inf = numpy.inf
from ssrm_test.ssrm_test import sequential_p_values  # noqa: E402


def statistic(figures):
    """Figures as gbstats takes them."""
    if "sum" in figures:
        return SampleMeanStatistic(n=figures["visitors"], sum=figures["sum"], sum_squares=figures["squares"])
    return ProportionStatistic(n=figures["visitors"], sum=figures["conversions"])


def pair(case):
    """Two variants: GrowthBook's classic, sequential and Bayesian reading."""
    a, b, alpha, unit = statistic(case["baseline"]), statistic(case["challenger"]), case["alpha"], case["unit"]
    fixed = TwoSidedTTest(a, b, FrequentistConfig(difference_type=unit, alpha=alpha)).compute_result()
    config = SequentialConfig(difference_type=unit, alpha=alpha, sequential_tuning_parameter=case["sharpest_at"])
    sequential = SequentialTwoSidedTTest(a, b, config).compute_result()
    prior = GaussianPrior()
    if "prior" in case:
        prior = GaussianPrior(mean=case["prior"]["mean"], variance=case["prior"]["deviation"] ** 2, proper=True)
    config = EffectBayesianConfig(difference_type=unit, alpha=alpha, prior_effect=prior, prior_type=unit)
    bayes = EffectBayesianABTest(a, b, config).compute_result()
    return {
        "fixed": {
            "estimate": fixed.expected,
            "standard_error": fixed.uplift.stddev,
            "p_value": fixed.p_value,
            "interval": fixed.ci,
        },
        "sequential": {"p_value": sequential.p_value, "interval": sequential.ci},
        "bayes": {
            "chance": bayes.chance_to_win,
            "expected": bayes.expected,
            "deviation": bayes.uplift.stddev,
            "interval": bayes.ci,
            "risk": bayes.risk,
        },
    }


def split(case):
    """Visitors and weights: both checks of the sample ratio."""
    shares = numpy.array(case["weights"]) / sum(case["weights"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        [p_value] = sequential_p_values([case["visitors"]], shares, dirichlet_concentration=case["concentration"])
    return {"once": check_srm(case["visitors"], case["weights"]), "sequential": p_value}


def coin_p_value(case, odds_ratio):
    """The p-value of "the challenger converts `odds_ratio` times as often", by ssrm-test on the conversions."""
    share = case["share"]
    odds = share / (1 - share) * odds_ratio
    null = numpy.array([1 / (1 + odds), odds / (1 + odds)])
    belief = numpy.array([1 - share, share])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        [p_value] = sequential_p_values([case["conversions"]], null, belief, case["prior_weight"])
    return p_value


def coin(case):
    """Conversions of two variants: the exact reading, its bounds by looking for the p-value alpha."""
    here, there = case["conversions"]
    share = case["share"]
    middle = math.log(there / here * (1 - share) / share)

    def beyond(log_ratio):
        return math.log(max(coin_p_value(case, math.exp(log_ratio)), 1e-300)) - math.log(case["alpha"])

    low = optimize.brentq(beyond, middle - 9, middle, xtol=1e-13)
    high = optimize.brentq(beyond, middle, middle + 9, xtol=1e-13)
    return {"p_value": coin_p_value(case, 1.0), "interval": [math.expm1(low), math.expm1(high)]}


class Belief:
    """A rate's beta distribution after a flat prior."""

    def __init__(self, visitors, conversions):
        self.hits, self.misses = conversions + 1, visitors - conversions + 1
        self.mean = self.hits / (self.hits + self.misses)
        self.norm = special.betaln(self.hits, self.misses)

    def density(self, x):
        return math.exp(special.xlogy(self.hits - 1, x) + special.xlog1py(self.misses - 1, -x) - self.norm)

    def below(self, x):
        return special.betainc(self.hits, self.misses, x)

    def cuts(self):
        return [float(special.betaincinv(self.hits, self.misses, tail)) for tail in (1e-13, 1e-4, 0.5, 1 - 1e-4, 1 - 1e-13)]


def whole(function, beliefs):
    """The integral of a function of a rate, cut where the beliefs are dense."""
    cuts = [0.0, *sorted({cut for belief in beliefs for cut in belief.cuts()}), 1.0]
    parts = (integrate.quad(function, a, b, epsabs=1e-13, epsrel=1e-12, limit=400)[0] for a, b in zip(cuts, cuts[1:]))
    return math.fsum(parts)


def chances(case):
    """Rates with flat priors: who is best, what it costs to be mistaken, and the credible uplift of the second."""
    beliefs = [Belief(visitors, conversions) for visitors, conversions in case["variants"]]

    def leads(one, x):
        return math.prod(rival.below(x) for other, rival in enumerate(beliefs) if other != one)

    best = [whole(lambda x: belief.density(x) * leads(one, x), beliefs) for one, belief in enumerate(beliefs)]
    worth = sum(whole(lambda x: x * belief.density(x) * leads(one, x), beliefs) for one, belief in enumerate(beliefs))
    first, second = beliefs[0], beliefs[1]

    def below(log_ratio):
        return whole(lambda x: first.density(x) * second.below(min(1.0, x * math.exp(log_ratio))), beliefs[:2])

    def end(tail):
        return math.expm1(optimize.brentq(lambda x: below(x) - tail, -12, 12, xtol=1e-11))

    return {
        "best": best,
        "beats": 1 - below(0.0),
        "loss": [worth - belief.mean for belief in beliefs],
        "uplift": [end(case["alpha"] / 2), end(1 - case["alpha"] / 2)],
    }


KINDS = {"pair": pair, "split": split, "coin": coin, "chances": chances}


def same(here, there, path=""):
    """Whether two answers agree to nine digits; names the first place where they do not."""
    if isinstance(here, dict):
        assert here.keys() == there.keys(), f"{path}: other names"
        for key in here:
            same(here[key], there[key], f"{path}.{key}")
    elif isinstance(here, list):
        assert len(here) == len(there), f"{path}: other length"
        for place, (one, other) in enumerate(zip(here, there)):
            same(one, other, f"{path}[{place}]")
    else:
        assert math.isclose(here, there, rel_tol=1e-9, abs_tol=1e-12), f"{path}: {here!r} is said, {there!r} is written"


def plain(answer):
    """An answer in Python's own numbers."""
    if isinstance(answer, dict):
        return {key: plain(value) for key, value in answer.items()}
    if isinstance(answer, (list, tuple)):
        return [plain(value) for value in answer]
    return float(answer)


def main(file, bless):
    """Asks about every case, and counts."""
    oracle = json.loads(file.read_text(encoding="utf-8"))
    failed = 0
    for case in oracle["cases"]:
        try:
            answers = plain(KINDS[case["kind"]](case))
            if bless:
                case["answers"] = answers
            same(answers, case["answers"])
            print(f"test {case['name']} ... ok")
        except Exception as error:  # Whatever goes wrong with a case is a failure of it.
            failed += 1
            print(f"test {case['name']} ... FAILED: {type(error).__name__}: {error}")
    if bless:
        lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in oracle["cases"])
        file.write_text(f'{{"cases": [\n{lines}\n]}}\n', encoding="utf-8")
    total = len(oracle["cases"])
    verdict = "FAILED" if failed else "ok"
    print(f"test result: {verdict}. {total - failed} passed; {failed} failed; 0 ignored")
    return 1 if failed or not total else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]), "--bless" in sys.argv[2:]))
