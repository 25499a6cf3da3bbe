"""The pages of the suite: reads techniques.txt and honest.txt into whole documents."""

import re
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
BASE = "https://shop.example/kettle"
JUDGED = "https://out.example/"

HEAD = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    "<title>Copper kettle</title></head><body>\n<h1>Copper kettle</h1>\n"
    "<p>A kettle of hand-beaten copper, two litres, with a lid of its own.</p>\n"
)
TAIL = "\n<p>Sent within two days.</p>\n</body></html>\n"


@dataclass
class Page:
    """One page: `judged` are the addresses of the anchors that count, in order."""

    id: str
    group: str
    honest: bool
    html: str
    judged: list[str]


def pages() -> list[Page]:
    """All pages, techniques first."""
    found = []
    for name, honest in (("techniques.txt", False), ("honest.txt", True)):
        text = (HERE / name).read_text(encoding="utf-8")
        for part in re.split(r"^== ", text, flags=re.M)[1:]:
            head, body = part.split("\n", 1)
            id, group = (word.strip() for word in head.split("|"))
            found.append(page(id, group, honest, body.strip("\n")))
    ids = [each.id for each in found]
    assert len(ids) == len(set(ids)), "ids of pages are unique"
    return found


def page(id: str, group: str, honest: bool, body: str) -> Page:
    """A whole document out of what stands in the file."""
    judged = []

    def address(match: re.Match) -> str:
        judged.append(f"{JUDGED}{id}/{match[1]}")
        return '"' + judged[-1] + '"'

    body = re.sub(r'"@(\d+)"', address, body)
    assert judged, f"{id} judges no anchor"
    whole = body if body.lower().startswith("<!doctype") else HEAD + body + TAIL
    return Page(id, group, honest, whole, judged)


if __name__ == "__main__":
    import sys

    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    for each in pages():
        (out / f"{each.id}.html").write_text(each.html, encoding="utf-8")
    print(f"{len(pages())} pages written to {out}; their address is {BASE}")
