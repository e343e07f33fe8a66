#!/usr/bin/env python3
"""Holds the measured quality to its bounds.

    tests/eval.sh FOLDER --by mode --json | tests/eval_bounds.py real|dev

Prints every bounded measure with its value and ends with 1 when one is out of bounds. A measure that has not reached what is aimed
at is held at what it has reached, and the distance is printed.
"""

import json
import operator
import sys

AT_LEAST, AT_MOST = (">=", operator.ge), ("<=", operator.le)

# Per set of pages: the group of pages, the measure, the bound. Raise a bound when the measure has risen for good.
BOUNDS = {
    "real": [
        ("all", "bcubed_f1", AT_LEAST, 0.99),
        ("all", "recovered_95", AT_LEAST, 1.0),
        ("all", "headline_acc", AT_LEAST, 1.0),
        ("all", "para_exact", AT_LEAST, 0.97),
        ("all", "extra_rate", AT_MOST, 0.01),
        ("all", "furniture_leak", AT_MOST, 0.0),
    ],
    # `box`: pages whose text was taken out of the PDF in drawing order, as PDFBox and Tika do.
    "dev": [
        ("box", "bcubed_f1", AT_LEAST, 0.90),
        ("box", "para_exact", AT_LEAST, 0.85),
    ],
}

# What is aimed at and not yet held: the bound above is raised to it when it is reached.
AIMS = {}


def main(name):
    bounds = BOUNDS[name]
    report = json.load(sys.stdin)
    failed = 0
    for group, measure, (sign, holds), bound in bounds:
        value = report[group][measure]
        good = holds(value, bound)
        failed += not good
        aim = AIMS.get((name, group, measure))
        short = f", short of the aim of {aim} by {aim - value:.4f}" if aim and value < aim else ""
        print(f"{group:<5} {measure:<16} {value:7.4f} {sign} {bound:<5} {'ok' if good else 'OUT OF BOUNDS'}{short}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in BOUNDS:
        sys.exit(__doc__)
    main(sys.argv[1])
