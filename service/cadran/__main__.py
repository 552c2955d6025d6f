"""``python -m cadran``: the command line."""

import sys

from cadran.cli.main import main

sys.exit(main())
