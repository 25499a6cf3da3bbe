"""Agreement of the reader with the browser on saved pages from elsewhere.

Only anchors and areas that both have are compared, address by address in the order of the document.
What the browser cannot tell (a picture that was not loaded) and what the reader calls unknown are
told apart and count neither way. Scripts and the network are off on both sides; references to
stylesheets, which a saved page has lost, are blanked for both, so that neither waits for them.
"""

import re
import tempfile
from collections import Counter, defaultdict
from pathlib import Path

import reader
from render import render, workers

BASE = "https://saved.example/page"
F1 = 0.95
SHEET = re.compile(rb"<link\b[^>]*\bstylesheet\b[^>]*>|@import\b[^;<]*;", re.I)


def pages(folder: Path, most: int) -> list[Path]:
    """Documents of a folder, evenly drawn when there are more than `most`."""
    found = sorted(p for p in folder.rglob("*") if p.suffix.lower() in (".html", ".htm") and p.is_file())
    step = max(1, len(found) / most)
    return [found[int(i * step)] for i in range(min(most, len(found)))]


def compare(folder: Path, program: str, most: int, listed: int) -> int:
    """Prints the table and the disagreements; 1 when the bar is missed."""
    paths = pages(folder, most)
    bodies = [SHEET.sub(lambda m: b" " * len(m[0]), p.read_bytes()) for p in paths]
    with tempfile.TemporaryDirectory() as temporary:
        documents = []
        for index, body in enumerate(bodies):
            path = Path(temporary) / f"{index}.html"
            path.write_bytes(body)
            documents.append((str(path), BASE))
        facts = reader.inspect_all(program, documents, workers())
    jobs = [(i, BASE, body) for i, body in enumerate(bodies)]
    rendered, version = render(jobs)
    table, reasons, wrong, lost = Counter(), Counter(), [], 0
    for index, screens in rendered:
        pairs, unpaired = align(facts[index], screens)
        lost += unpaired
        for link, truth, why in pairs:
            said = reader.says(link)
            table[truth, said] += 1
            if "unknown" in (truth, said) or truth == said:
                continue
            reasons[truth, said, why] += 1
            wrong.append(f"  {paths[index]}: {link['href'][:70]} browser {truth} ({why}), {reader.why(link)}")
    return told(table, reasons, wrong[:listed], (len(rendered), version, lost))


def align(facts: dict, screens: dict) -> tuple[list, int]:
    """Pairs of (link, browser's answer, its reason), and how many anchors found no partner."""
    ours = defaultdict(list)
    for link in reader.anchors(facts):
        if reader.has_element(link):
            ours[link["href"].strip()].append(link)
    desktop, phone = (screens[s][0] for s in ("desktop", "phone"))
    if [v[:2] for v in desktop] != [v[:2] for v in phone]:
        return [], len(desktop)
    theirs = defaultdict(list)
    for one, other in zip(desktop, phone):
        theirs[one[1].strip()].append((one, other))
    pairs, lost = [], 0
    for href, each in theirs.items():
        links = ours.get(href, [])
        if len(links) != len(each):
            lost += len(each)
            continue
        for link, (one, other) in zip(links, each):
            truth = {(True, True): "seen", (False, False): "unseen"}.get((one[2], other[2]), "split")
            truth = "unknown" if None in (one[2], other[2]) else truth
            pairs.append((link, truth, one[3] if one[2] is not True else other[3]))
    return pairs, lost


def told(table: Counter, reasons: Counter, wrong: list, given: tuple) -> int:
    """Prints all; the bar is on anchors that are seen or unseen on both screens."""
    count, version, lost = given
    print(f"{count} pages in Chromium {version}; {lost} anchors without a partner")
    answers = ["seen", "unseen", "split", "unknown"]
    print("browser \\ reader" + "".join(f"{a:>9}" for a in answers))
    for truth in answers:
        print(f"{truth:<16}" + "".join(f"{table[truth, a]:>9}" for a in answers))
    hit, false = table["unseen", "unseen"], table["seen", "unseen"]
    missed = table["unseen", "seen"] + table["unseen", "split"]
    precision, recall = hit / max(1, hit + false), hit / max(1, hit + missed)
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    print(f"unseen: precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}")
    for (truth, said, why), number in reasons.most_common(20):
        print(f"{number:>7} browser {truth} ({why}), reader {said}")
    print("\n".join(wrong))
    return int(f1 < F1)
