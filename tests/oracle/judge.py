"""The browser judges the reader.

    judge.py suite --sidedoor PROGRAM     render the suite, compare with verdicts.json and the reader
    judge.py suite --no-render ...        compare the reader with verdicts.json alone
    judge.py suite --pixels               make verdicts.json anew (needs Pillow)
    judge.py folder FOLDER --sidedoor P   agreement on saved pages (*.html, *.htm)

Ends with 1 when a bar is missed. docs/accuracy.md tells the rules and the figures.
"""

import argparse
import json
import sys
import tempfile
from collections import Counter
from pathlib import Path

import reader
import suite
from render import MARK, render, workers

VERDICTS = Path(__file__).parent / "verdicts.json"
AGREEMENT, HONEST_HIDDEN, NOISE = 0.97, 0.01, 0.01


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("what", choices=["suite", "folder"])
    parser.add_argument("folder", nargs="?")
    parser.add_argument("--sidedoor")
    parser.add_argument("--pixels", action="store_true")
    parser.add_argument("--no-render", action="store_true")
    parser.add_argument("--most", type=int, default=500, help="pages of a folder at most")
    parser.add_argument("--list", type=int, default=200, help="disagreements told at most")
    args = parser.parse_args()
    if args.what == "folder":
        import folder

        return folder.compare(Path(args.folder), args.sidedoor, args.most, args.list)
    if args.pixels:
        make_verdicts()
    kept = json.loads(VERDICTS.read_text(encoding="utf-8"))
    failed = False
    if not args.no_render and not args.pixels:
        failed |= not same_again(kept)
    if args.sidedoor:
        failed |= not compare(kept, args.sidedoor, args.list)
    return int(failed)


def by_snapshot(verdicts: dict, address: str) -> str:
    """The marks of both screens for one address; an address without an element is not seen."""
    marks = []
    for found, _ in verdicts.values():
        seen = [v[2] for v in found if v[1] == address]
        marks.append(MARK[seen[0]] if seen else "-")
    return "".join(marks)


def by_pixels(verdicts: dict, address: str) -> str:
    """The marks by pixels; where there are none (areas), by the snapshot."""
    marks = by_snapshot(verdicts, address)
    seen = [by.get(address) for _, by in verdicts.values()]
    return "".join(MARK[s[0]] if s else m for s, m in zip(seen, marks))


def jobs() -> list[tuple]:
    """The suite, as jobs to render."""
    return [(p.id, suite.BASE, p.html.encode(), p.judged) for p in suite.pages()]


def make_verdicts():
    """Renders the suite with pictures and writes verdicts.json."""
    found, version = render(jobs(), pixels=True)
    found = dict(found)
    kept = {}
    for page in suite.pages():
        kept[page.id] = {
            address.rsplit("/", 1)[1]: [
                by_pixels(found[page.id], address),
                by_snapshot(found[page.id], address),
            ]
            for address in page.judged
        }
    lines = ",\n".join(f"    {json.dumps(id)}: {json.dumps(v)}" for id, v in kept.items())
    VERDICTS.write_text(
        f'{{\n  "chromium": "{version}",\n  "screens": ["desktop", "phone"],\n'
        f'  "members": ["by pixels", "by snapshot"],\n  "pages": {{\n{lines}\n  }}\n}}\n',
        encoding="utf-8",
    )
    marks = [v for page in kept.values() for v in page.values()]
    same = sum(p == s for p, s in marks)
    print(f"verdicts by pixels and by snapshot agree on {same} of {len(marks)} anchors")
    for id, page in kept.items():
        for number, (p, s) in page.items():
            if p != s:
                reasons = [r for f, _ in found[id].values() for _, h, _, r in f if h.endswith(f"{id}/{number}")]
                print(f"  {id}/{number}: pixels {p}, snapshot {s} {reasons}")


def same_again(kept: dict) -> bool:
    """Whether the browser of today gives the verdicts that were kept."""
    found, version = render(jobs())
    found = dict(found)
    total, other = 0, []
    for page in suite.pages():
        for address in page.judged:
            total += 1
            old = kept["pages"].get(page.id, {}).get(address.rsplit("/", 1)[1], ["", ""])[1]
            new = by_snapshot(found[page.id], address) if page.id in found else "not rendered"
            if old != new:
                other.append(f"  {address}: was {old!r}, is {new!r}")
    print(
        f"Chromium {version} (verdicts kept from {kept['chromium']}): "
        f"{total - len(other)} of {total} verdicts are the same"
    )
    print("\n".join(other))
    return len(other) <= NOISE * total


def compare(kept: dict, program: str, most: int) -> bool:
    """The reader against the kept verdicts."""
    pages = suite.pages()
    with tempfile.TemporaryDirectory() as temporary:
        documents = []
        for page in pages:
            path = Path(temporary) / f"{page.id}.html"
            path.write_text(page.html, encoding="utf-8")
            documents.append((str(path), suite.BASE))
        facts = reader.inspect_all(program, documents, workers())
    table, wrong = Counter(), []
    honest = honest_hidden = agreed = total = missing = 0
    for page, fact in zip(pages, facts):
        links = {}
        for link in reader.anchors(fact):
            links.setdefault(link["href"].strip(), link)
        for address in page.judged:
            marks = kept["pages"][page.id][address.rsplit("/", 1)[1]][0]
            truth = truth_of(marks)
            link = links.get(address)
            if link is None:
                missing += 1
                if truth != "unseen":
                    wrong.append(f"  {page.id}: {address} was not found, the browser has it {marks}")
                continue
            said = reader.says(link)
            total += 1
            table[truth, said] += 1
            agreed += said == truth or truth == "unknown"
            if page.honest:
                honest += 1
                called = link["visibility"]["state"] == "hidden"
                honest_hidden += called
                if called:
                    wrong.append(f"  HONEST {page.id}: {address} called hidden: {reader.why(link)}")
            if said != truth and truth != "unknown":
                wrong.append(f"  {page.id}: {address} browser {marks}, reader {said}: {reader.why(link)}")
    tell(table, agreed, total)
    print(f"not extracted: {missing}; honest anchors called hidden: {honest_hidden} of {honest}")
    print("\n".join(wrong[:most]))
    return agreed >= AGREEMENT * total and honest_hidden <= HONEST_HIDDEN * honest


def truth_of(marks: str) -> str:
    """The browser's marks as one of the reader's answers."""
    return {"++": "seen", "--": "unseen", "+-": "split", "-+": "split"}.get(marks, "unknown")


def tell(table: Counter, agreed: int, total: int):
    """The confusion table, and precision and recall of unseen at rest."""
    answers = ["seen", "unseen", "split", "unknown"]
    print("browser \\ reader" + "".join(f"{a:>9}" for a in answers))
    for truth in answers:
        print(f"{truth:<16}" + "".join(f"{table[truth, a]:>9}" for a in answers))
    hit = table["unseen", "unseen"]
    said = sum(table[t, "unseen"] for t in ("seen", "unseen", "split"))
    true = sum(table["unseen", a] for a in answers)
    precision, recall = hit / max(1, said), hit / max(1, true)
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    print(
        f"agreement {agreed}/{total} = {agreed / max(1, total):.3f}; "
        f"unseen: precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}"
    )


if __name__ == "__main__":
    sys.exit(main())
