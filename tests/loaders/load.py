"""Loads an exported graph into a program that others wrote, and prints what arrived as JSON.

    load.py READER PATH

READER is networkx-graphml, igraph-graphml, networkx-gexf, gexfpy-gexf, networkx-node-link, networkx-cytoscape,
pandas-csv or pandas-parquet; PATH a file, or the folder of two tables. Printed are the numbers of nodes
and edges, the title of every page by its address, the number of pages of every site, the type of every entity
by its key, the mentions of each entity where they are counted, and the Python types of a few attributes.
"""

import json
import sys
from pathlib import Path


def of_networkx(graph):
    nodes = [data for _, data in graph.nodes(data=True)]
    edges = [data for *_, data in graph.edges(data=True)]
    return nodes, edges, graph.is_directed()


def of_tables(nodes, edges):
    ends = set(nodes["id"])
    assert set(edges["source"]) <= ends and set(edges["target"]) <= ends
    return nodes.to_dict("records"), edges.to_dict("records"), True


def of_gexf_classes(path):
    """The classes of gexfpy are generated from the schema of GEXF, and take no element and no attribute
    that it does not have. Their namespace is the schema's own, of the draft before; the one of files of 1.3
    is another."""
    import gexfpy

    text = path.read_text(encoding="utf-8")
    text = text.replace('xmlns="http://gexf.net/1.3"', 'xmlns="http://www.gexf.net/1.2draft"')
    graph = gexfpy.parse_string(text).graph
    of_type = {"string": str, "long": int, "double": float, "boolean": {"true": True, "false": False}.get}
    declared = {
        attributes.class_value.value: {
            attribute.id: (attribute.title, of_type[attribute.type.value])
            for attribute in attributes.attribute
        }
        for attributes in graph.attributes
    }

    def rows(elements, of_class):
        for element in elements:
            row = {}
            for value in element.attvalues[0].attvalue if element.attvalues else ():
                title, read = declared[of_class][value.for_value]
                row[title] = read(value.value)
            yield row

    nodes, edges = graph.nodes[0].node, graph.edges[0].edge
    ids = {node.id for node in nodes}
    assert all({edge.source, edge.target} <= ids for edge in edges)
    is_directed = graph.defaultedgetype.value == "directed"
    return list(rows(nodes, "node")), list(rows(edges, "edge")), is_directed


def load(reader, path):
    if reader == "igraph-graphml":
        import igraph

        graph = igraph.Graph.Read_GraphML(str(path))
        return (
            [node.attributes() for node in graph.vs],
            [edge.attributes() for edge in graph.es],
            graph.is_directed(),
        )
    if reader == "pandas-csv":
        import pandas

        read = lambda name: pandas.read_csv(path / f"{name}.csv", keep_default_na=False)
        return of_tables(read("nodes"), read("edges"))
    if reader == "pandas-parquet":
        import pandas

        read = lambda name: pandas.read_parquet(path / f"{name}.parquet")
        return of_tables(read("nodes"), read("edges"))
    if reader == "gexfpy-gexf":
        return of_gexf_classes(path)
    import networkx

    if reader == "networkx-graphml":
        return of_networkx(networkx.read_graphml(path, force_multigraph=True))
    if reader == "networkx-gexf":
        return of_networkx(networkx.read_gexf(path, version="1.3"))
    document = json.loads(path.read_text(encoding="utf-8"))
    if reader == "networkx-node-link":
        return of_networkx(networkx.node_link_graph(document))
    if reader == "networkx-cytoscape":
        return of_networkx(networkx.cytoscape_graph(document))
    raise SystemExit(f"no reader {reader}")


def main():
    reader, path = sys.argv[1], Path(sys.argv[2])
    nodes, edges, is_directed = load(reader, path)
    seen = next((node for node in nodes if node.get("title")), {})
    words = seen.get("vantages", "")
    print(
        json.dumps(
            {
                "nodes": len(nodes),
                "edges": len(edges),
                "directed": is_directed,
                "titles": {
                    node["address"]: node.get("title") or ""
                    for node in nodes
                    if node["type"] == "page"
                },
                "sites": {
                    node["site"]: int(node["pages"]) for node in nodes if node["type"] == "site"
                },
                "entities": {
                    node["key"]: node["type"]
                    for node in nodes
                    if node["type"] not in ("page", "site")
                },
                "mentions": sum(
                    int(edge["mentions"])
                    for edge in edges
                    if edge.get("kind") == "mention" and "mentions" in edge
                ),
                "is_seed": type(seen.get("is_seed")).__name__.rstrip("_"),
                "chance": type(seen.get("chance")).__name__.rstrip("0123456789"),
                "vantages": words if isinstance(words, str) else " ".join(words),
            }
        )
    )


main()
