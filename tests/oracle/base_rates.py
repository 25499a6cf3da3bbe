"""How often each technique occurs on saved pages: a change that sees ghosts is seen here.

    base_rates.py FOLDER --sidedoor PROGRAM [--most 500] [--browser]

Prints, for links of each state, technique, reveal, carrier and zone: their number, their share of
links, and the share of pages that have one. With --browser the agreement with Chromium as well.
"""

import argparse
import sys
from collections import Counter
from pathlib import Path

import folder
import reader
from render import workers


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--sidedoor", default="sidedoor")
    parser.add_argument("--most", type=int, default=500)
    parser.add_argument("--browser", action="store_true")
    args = parser.parse_args()
    paths = folder.pages(Path(args.folder), args.most)
    facts = reader.inspect_all(args.sidedoor, [(str(p), folder.BASE) for p in paths], workers())
    links, on_pages = Counter(), Counter()
    for fact in facts:
        here = [key for link in fact["links"] for key in keys(link)]
        links.update(here)
        on_pages.update(set(here))
    total = max(1, sum(len(fact["links"]) for fact in facts))
    print(f"{len(paths)} pages, {total} links")
    for kind in ("state", "reveal", "technique", "technique of hidden", "carrier", "zone"):
        print(f"\n{kind:<34}{'links':>9}{'of links':>10}{'of pages':>10}")
        for (what, value), count in sorted(links.items(), key=lambda item: (-item[1], item[0])):
            if what == kind:
                share, pages = count / total, on_pages[what, value] / max(1, len(paths))
                print(f"{value:<34}{count:>9}{share:>10.2%}{pages:>10.1%}")
    if args.browser:
        print()
        return folder.compare(Path(args.folder), args.sidedoor, args.most, 40)
    return 0


def keys(link: dict) -> list[tuple[str, str]]:
    """What one link counts for."""
    seen = link["visibility"]
    techniques = seen.get("techniques", [])
    found = [("state", seen["state"]), ("carrier", link["carrier"]), ("zone", link["zone"])]
    found += [("technique", t) for t in techniques]
    if seen["state"] == "hidden":
        found += [("technique of hidden", t) for t in techniques]
    if "reveal" in seen:
        found.append(("reveal", seen["reveal"]))
    return found


if __name__ == "__main__":
    sys.exit(main())
