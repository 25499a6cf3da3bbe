"""The references that another parser sees in documents: one JSON object for each document.

Usage: references.py selectolax|lxml <file>…   Reads UTF-8 files; writes one line for each, in order:
a list of the values of the attributes below, without repeats, sorted.
"""

import json
import sys

# Attributes whose value is one address, on whatever element.
ADDRESSES = {
    "href", "src", "action", "formaction", "data", "cite", "longdesc", "profile", "background",
    "poster", "manifest", "codebase", "dynsrc", "lowsrc", "xlink:href",
}
# Attributes that hold addresses with descriptors, or several.
SETS = {"srcset", "imagesrcset"}


def candidates(value):
    """The addresses of a srcset, by the steps of the HTML standard."""
    at = 0
    while at < len(value):
        while at < len(value) and (value[at].isspace() or value[at] == ","):
            at += 1
        start = at
        while at < len(value) and not value[at].isspace():
            at += 1
        word = value[start:at]
        plain = word.rstrip(",")
        if plain:
            yield plain
        if plain == word:
            depth = 0
            while at < len(value) and (value[at] != "," or depth):
                depth += {"(": 1, ")": -1}.get(value[at], 0)
                at += 1


def of_attributes(tag, attributes):
    for name, value in attributes:
        if not value or not isinstance(name, str):
            continue
        if name in ADDRESSES and not (name == "data" and tag != "object"):
            yield value.strip()
        elif name in SETS:
            yield from candidates(value)
        elif name == "ping":
            yield from value.split()
        elif name.endswith("}href"):
            yield value.strip()


def by_selectolax(text):
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(text)
    for node in tree.root.traverse() if tree.root else []:
        if node.tag and not node.tag.startswith("-"):
            yield from of_attributes(node.tag, node.attributes.items())


def by_lxml(text):
    from lxml import html

    tree = html.document_fromstring(text.encode() or b"<p>", parser=html.HTMLParser(encoding="utf-8"))
    for node in tree.iter():
        if isinstance(node.tag, str):
            yield from of_attributes(node.tag, node.attrib.items())


def main():
    read = {"selectolax": by_selectolax, "lxml": by_lxml}[sys.argv[1]]
    for path in sys.argv[2:]:
        with open(path, encoding="utf-8", newline="") as file:
            text = file.read()
        print(json.dumps(sorted(set(read(text)))))


main()
