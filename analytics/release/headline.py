"""The headline: people on the roster at period close with any positive screen in the period.

A screen is positive when its stored result says `positive is True`; unknown is not positive. A
person is counted once, in the unit of the period close, however many screenings were positive.
"""

from models.vocabulary import Measure

MEASURE = Measure.ANY_POSITIVE_SCREEN
MARK = "positive"
