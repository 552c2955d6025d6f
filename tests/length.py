"""The length of a run: `make test` runs a short form of the longest tests, `make soak` their long form.

The short form makes every check, with fewer seeds or examples. Only what is long by its repetition has two forms.
"""

import os
from typing import Final, TypeVar

Values = TypeVar("Values")
IS_LONG: Final = os.environ.get("CADRAN_TEST_LONG") == "1"


def choose(short: Values, *, long: Values) -> Values:
    """Return the seeds, rounds or number of examples of this run."""
    return long if IS_LONG else short
