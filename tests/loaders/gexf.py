"""Checks GEXF files by the grammar beside this script, and what a grammar cannot say.

    gexf.py FILE...

Every value must be of the type that its attribute was declared with, every id must be there once, and
every edge must join nodes that are there. Ends with 1 and the first fault of a file; prints nothing else.
"""

import sys
from pathlib import Path

from lxml import etree

GEXF = "{http://gexf.net/1.3}"
IS_OF_TYPE = {
    "string": lambda text: True,
    "long": lambda text: -(2**63) <= int(text) < 2**63,
    "double": lambda text: float(text) == float(text),
    "boolean": lambda text: text in ("true", "false"),
}


def fault(path, grammar):
    tree = etree.parse(path, etree.XMLParser(huge_tree=True))
    if not grammar.validate(tree):
        return str(grammar.error_log.last_error)
    declared = {}
    for attributes in tree.iter(GEXF + "attributes"):
        of_class = declared.setdefault(attributes.get("class"), {})
        for attribute in attributes:
            of_class[attribute.get("id")] = attribute.get("type")
    known = set()
    for name in ("node", "edge"):
        for element in tree.iter(GEXF + name):
            own = element.get("id")
            if own in known:
                return f"{own} is there twice"
            known.add(own)
            if name == "edge" and not {element.get("source"), element.get("target")} <= known:
                return f"{own} joins what is not there"
            for value in element.iter(GEXF + "attvalue"):
                type_ = declared[name][value.get("for")]
                if not IS_OF_TYPE[type_](value.get("value")):
                    return f"{own}: {value.get('value')} is no {type_}"
    return None


def main():
    grammar = etree.RelaxNG(etree.parse(Path(__file__).with_suffix(".rng")))
    for path in sys.argv[1:]:
        told = fault(path, grammar)
        if told is not None:
            raise SystemExit(f"{path}: {told}")


main()
