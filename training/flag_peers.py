"""Other people's anomaly detectors on the very months that `seatdrift evaluate` judged.

    pip install statsforecast pyod adtk
    seatdrift evaluate --flags-only --benchmarks DIR --peer-cases cases.csv
    python training/flag_peers.py cases.csv

cases.csv has one row a case: `set,test,kind,seatdrift,months`. `months` are a line's quantities, oldest
first and parted by semicolons; the last is the month judged, and `kind` says what was planted in it
(nothing, where it is empty). `seatdrift` is this program's score.

Every method gives each case a score, higher for odder, from the months before and the month itself. A
method's bound is its score above which no more than 5, or 10, in 1,000 quiet cases lie; printed is the
share of planted cases above it, and how many quiet cases in 1,000 the method calls odd as it is usually
set. A method that cannot be imported is left out, and said so. Nothing here is drawn at random but the
isolation forest's trees, which have a seed.
"""

import argparse
import csv
import sys
import warnings
from collections import defaultdict

import numpy as np

SEASON = 12
SEED = 1


def read_cases(path, only_tests):
    """The cases by set and test: (kind, seatdrift's score, months)."""
    csv.field_size_limit(1 << 30)
    cases = defaultdict(list)
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if only_tests and row["test"] not in only_tests:
                continue
            months = [float(cell) for cell in row["months"].split(";") if cell]
            cases[row["set"], row["test"]].append((row["kind"], float(row["seatdrift"]), months))
    return cases


def auto_ets(histories, nows):
    """Standard deviations from AutoETS's forecast, seasonal where there are two years and more."""
    from statsforecast.models import AutoETS

    scores = []
    for history, now in zip(histories, nows):
        values = np.asarray(history, dtype=float)
        season = SEASON if 2 * SEASON + 4 <= len(values) else 1
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                forecast = AutoETS(season_length=season).forecast(values, h=1, level=[99])
            mean, low, high = (float(forecast[key][0]) for key in ("mean", "lo-99", "hi-99"))
            width = max(mean - low, 1e-9) if now < mean else max(high - mean, 1e-9)
            scores.append(abs(now - mean) / width)
        except Exception:  # a series it cannot fit (all equal, say) has no interval: odd is any change
            scores.append(abs(now - values[-1]) * 1e6)
    return np.asarray(scores)


def features(history, now):
    """What a forest can see of a month: steps and levels, relative to the line's own."""
    values = np.asarray(history[-12:], dtype=float)
    steps = np.diff(values)
    scale = 1.0 + abs(np.median(values))
    spread = 0.3 + np.std(steps)
    step = now - values[-1]
    return [
        step / scale,
        step / spread,
        (now - np.median(values)) / scale,
        (now - np.mean(values)) / (0.3 + np.std(values)),
        np.mean(steps) / spread,
    ]


def isolation_forest(histories, nows):
    """PyOD's isolation forest over all cases together."""
    from pyod.models.iforest import IForest

    rows = np.asarray([features(history, now) for history, now in zip(histories, nows)])
    model = IForest(n_estimators=200, random_state=SEED)
    model.fit(np.nan_to_num(rows))
    return model.decision_scores_


def forest_bound(scores):
    """As it is usually set, one case in ten is odd; here one in a hundred, as for the others."""
    return np.quantile(scores, 0.99)


def adtk(detector, history, now):
    import pandas as pd

    index = pd.date_range("2000-01-01", periods=len(history) + 1, freq="MS")
    series = pd.Series([*history, now], index=index, dtype=float)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = detector.fit_detect(series)
    return bool(found.iloc[-1] == 1)


def adtk_scores(make, strictness):
    """The strictest setting at which a detector still calls the month odd."""

    def scores(histories, nows):
        detectors = [make(c) for c in strictness]
        found = []
        for history, now in zip(histories, nows):
            score = 0.0
            for c, detector in zip(strictness, detectors):
                try:
                    if not adtk(detector, history, now):
                        break
                except Exception:
                    break
                score = c
            found.append(score)
        return np.asarray(found)

    return scores


def methods():
    """(name, scores, the score from which it usually calls a month odd)."""
    strictness = [1.5, 2, 3, 4, 5, 7, 10, 15, 25, 50]
    found = []
    try:
        import statsforecast  # noqa: F401

        found.append(("AutoETS 99 % interval", auto_ets, lambda _: 1.0))
    except ImportError:
        print("statsforecast is not installed: AutoETS is left out", file=sys.stderr)
    try:
        import pyod  # noqa: F401

        found.append(("PyOD isolation forest", isolation_forest, forest_bound))
    except ImportError:
        print("PyOD is not installed: the isolation forest is left out", file=sys.stderr)
    try:
        from adtk.detector import LevelShiftAD, PersistAD

        persist = adtk_scores(lambda c: PersistAD(window=1, c=c), strictness)
        shift = adtk_scores(lambda c: LevelShiftAD(window=(6, 1), c=c), strictness)
        found.append(("ADTK PersistAD", persist, lambda _: 3.0))
        found.append(("ADTK LevelShiftAD", shift, lambda _: 5.0))
    except ImportError:
        print("ADTK is not installed: its detectors are left out", file=sys.stderr)
    return found


def table(name, cases, found):
    """One test of one set, a line a method."""
    kinds = sorted({kind for kind, _, _ in cases if kind})
    of_kind = np.asarray([kind for kind, _, _ in cases])
    histories = [months[:-1] for _, _, months in cases]
    nows = [months[-1] for _, _, months in cases]
    quiet = of_kind == ""
    print(f"\n{name}: {quiet.sum()} quiet cases")
    for idx, kind in enumerate(kinds):
        print(f"  {chr(97 + idx)}: {kind} ({(of_kind == kind).sum()})")
    heads = "".join(f"{chr(97 + idx):>12}" for idx in range(len(kinds)))
    print(f"{'':24}{'false':>7}{heads}{'mean':>12}")
    own = np.asarray([score for _, score, _ in cases])
    rows = [("seatdrift", own, -np.log(0.01))]
    for method, scores, usual in found:
        values = scores(histories, nows)
        rows.append((method, values, usual(values[quiet])))
    for method, values, usual in rows:
        falling = np.sort(values[quiet])[::-1]
        bounds = [falling[int(budget * len(falling))] for budget in (0.005, 0.01)]
        shares = [[np.mean(values[of_kind == kind] > bound) for bound in bounds] for kind in kinds]
        shares.append(list(np.mean(shares, axis=0)))
        cells = "".join(f"{100 * at_5:>7.0f}{100 * at_10:>5.0f}" for at_5, at_10 in shares)
        print(f"{method:24}{1000 * np.mean(values[quiet] >= usual):>7.1f}{cells}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cases", help="what `seatdrift evaluate --peer-cases` wrote")
    parser.add_argument("--test", action="append", help="only this test, by its name")
    arguments = parser.parse_args()
    found = methods()
    for (name, test), cases in read_cases(arguments.cases, arguments.test).items():
        if any(kind for kind, _, _ in cases):
            table(f"{name}: {test}", cases, found)


if __name__ == "__main__":
    main()
