"""LinkChecker without the pauses that it makes between requests to one host.

It leaves them out by itself where a site sends a header field of its name; a generated marketplace sends none.
"""

import sys

from linkcheck.command.linkchecker import linkchecker
from linkcheck.director.aggregator import Aggregate

Aggregate.wait_for_host = lambda self, host: None
sys.exit(linkchecker())
