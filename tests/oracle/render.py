"""Renders many pages on both screens, in several browsers at once."""

import os
import sys
from multiprocessing import Pool

from chrome import SCREENS, Chrome, ChromeError
from snapshot import STYLES, Page

MARK = {True: "+", False: "-", None: "?"}


def workers() -> int:
    """As many browsers as cores, three at most."""
    return max(1, min(3, os.cpu_count() or 1))


def render(jobs: list[tuple], pixels: bool = False) -> tuple[list, str]:
    """For each job (key, address, body): key and the verdicts by screen; and the browser's version.

    Verdicts are a list of (element, href, seen, why) by the snapshot, and a dict by pixels for the
    addresses that a fourth member of the job names.
    """
    count = min(workers(), max(1, len(jobs)))
    parts = [(jobs[i::count], pixels) for i in range(count)]
    with Pool(count) as pool:
        answers = pool.map(render_part, parts)
    return [each for found, _ in answers for each in found], answers[0][1]


def render_part(given: tuple) -> tuple[list, str]:
    """One browser's share."""
    jobs, by_pixels = given
    if by_pixels:
        import pixels
    found, chrome = [], Chrome()
    version = chrome.version
    try:
        for key, address, body, *judged in jobs:
            verdicts = {}
            try:
                for screen in SCREENS:
                    chrome.load(address, body, screen)
                    page = Page(chrome.snapshot(STYLES), chrome.viewport())
                    by_snapshot = [(n, h, *v) for n, h, v in page.anchors()]
                    seen = pixels.judge(chrome, judged[0]) if by_pixels else None
                    verdicts[screen] = (by_snapshot, seen)
            except ChromeError as error:
                print(f"note: {key}: {error}", file=sys.stderr)
                chrome.close()
                chrome = Chrome()
                continue
            found.append((key, verdicts))
    finally:
        chrome.close()
    return found, version
