"""``python -m secrel``."""

import sys

from secrel.cli import main

sys.exit(main())
