"""The ten makes of pages.

Each is a module with FAMILY, its name in the gold answers; SIZE of its pages in points; PAPER, how its papers are called after their
town; WORDS, what they print around articles (wordings.py); PAIRED, whether two pages make an issue and stories go on from one to the
other; `pool(rng, stories)`, the stories that it prints, in the order in which they are tried; `style(rng, edition)`, how it sets them;
and `fill(page, top)`, which puts articles on the page below `top`.
"""

from makes import broadsheet, city_daily, county_weekly, english_weekly, evening_paper, metro_paper, party_daily, taiwan_daily
from makes import trade_paper, weekend_magazine

MAKES = [
    *(broadsheet, evening_paper, metro_paper, county_weekly, trade_paper, city_daily),
    *(english_weekly, weekend_magazine, taiwan_daily, party_daily),
]
ALL = {make.FAMILY: make for make in MAKES}
