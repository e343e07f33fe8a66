"""What was asked of the figures. A bound that the record keeps is held; the others are aims, shown beside the figures."""

import operator

AT_LEAST, AT_MOST = (">=", operator.ge), ("<=", operator.le)

MODES = ("dev/box", "dev/pop", "dev/raw", "real/all")

TABLE = {
    "bcubed_f1": (AT_LEAST, 0.97, 0.88, 0.95, 0.99),
    "recovered_95": (AT_LEAST, 0.92, 0.70, 0.85, 1.0),
    "headline_acc": (AT_LEAST, 0.95, 0.88, 0.92, 1.0),
    "byline_exact": (AT_LEAST, 0.92, 0.85, 0.90, 0.85),
    "para_exact": (AT_LEAST, 0.95, 0.80, 0.93, 0.97),
    "jump_f1": (AT_LEAST, 0.92, 0.88, 0.90, 1.0),
    "furniture_leak": (AT_MOST, 0.03, 0.05, 0.05, 0.0),
    "extra_rate": (AT_MOST, 0.01, 0.02, 0.02, 0.01),
}

OTHERS = [
    # What the first release was held to, below the aims of the table.
    ("dev/box", "bcubed_f1", AT_LEAST, 0.90),
    ("dev/box", "para_exact", AT_LEAST, 0.85),
    ("dev issues/all", "bcubed_f1_lost", AT_MOST, 0.01),
    ("dev issues, shuffled/all", "bcubed_f1_lost", AT_MOST, 0.01),
    ("dev confidence/boundary", "calibration_error", AT_MOST, 0.05),
    ("dev confidence/title", "calibration_error", AT_MOST, 0.05),
    ("dev confidence/title", "wrong_at_90", AT_MOST, 0.02),
    ("dev encodings/all", "measures_that_differ", AT_MOST, 0),
]


def bounds():
    """(place, measure, sign, test, bound) of all that was asked."""
    for measure, ((sign, holds), *wanted) in TABLE.items():
        for place, bound in zip(MODES, wanted, strict=True):
            yield place, measure, sign, holds, bound
    for place, measure, (sign, holds), bound in OTHERS:
        yield place, measure, sign, holds, bound
