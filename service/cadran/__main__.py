"""The command line, run as ``python -m cadran``."""

import sys

from cadran.cli.main import main

sys.exit(main())
