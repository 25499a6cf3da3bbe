"""Asks graph libraries of the registries the questions of the frozen graph, on one edge list, and prints what each costs.

Makes the market of crates/graph/benches/frozen.rs, or takes an edge list whose last nodes are searched from.
Installs networkit, igraph, rustworkx and scipy into tests/peers/.tools/graph, and runs each in a process of its own,
one after the other in every round. CPU time of the process; what runs in several threads is held to one. Medians of
the rounds. An answer that differs from that of the frozen graph ends the script.

    python3 tests/peers/graph.py
    python3 tests/peers/graph.py --rounds 3 --only networkit,scipy
    python3 tests/peers/graph.py --list edges.txt --starts 3000
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
TOOLS = f"{HERE}/.tools/graph"
PACKAGES = ["networkit==11.3", "igraph==1.0.0", "rustworkx==0.18.1", "scipy==1.17.1"]
QUESTIONS = ["load", "bfs", "scc", "dominators", "pagerank"]
PAGERANK_ROUNDS = 20
DAMPING = 0.85
# Restricted pages of the market: its last nodes.
STARTS = 3000
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS")


def timed(question, ask, answer):
    """Prints question, CPU ms and answer, as the bench does. What is to be told of the result is not timed."""
    begun = time.process_time()
    result = ask()
    spent = (time.process_time() - begun) * 1000
    print(f"{question}\t{spent}\t{answer(result)}", flush=True)
    return result


def two_ranks(ranks):
    return f"{ranks[0]:.9e} {ranks[len(ranks) // 2]:.9e}"


def met_and_sum(distances):
    """How many nodes are within reach of the one more node, itself not counted, and how far they are."""
    within = [int(distance) for distance in distances if 0 < distance < 2**31]
    return f"{len(within)} {sum(within) - len(within)}"


def edges_of(path):
    import numpy

    return numpy.fromfile(path, dtype=numpy.int32, sep=" ").reshape(-1, 2)


def ask_scipy(path, starts):
    import numpy
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import breadth_first_order, connected_components

    def matrix(sources, targets, size):
        # Parallel hops are summed up: they count apart in PageRank.
        ones = numpy.ones(len(sources), dtype=numpy.float64)
        return coo_matrix((ones, (sources, targets)), shape=(size, size)).tocsr()

    def load():
        edges = edges_of(path)
        return matrix(edges[:, 0], edges[:, 1], int(edges.max()) + 1), edges

    graph, edges = timed("load", load, lambda loaded: len(loaded[1]))
    count = graph.shape[0]
    # It searches from one node: one more leads to all that are to be searched from.
    first = numpy.arange(count - starts, count)
    sources = numpy.concatenate([edges[:, 1], numpy.full(starts, count)])
    turned = matrix(sources, numpy.concatenate([edges[:, 0], first]), count + 1)

    def distances(found):
        order, before = found
        known = [0] * (count + 1)
        for node in order[1:].tolist():
            known[node] = known[before[node]] + 1
        return met_and_sum(known)

    timed("bfs", lambda: breadth_first_order(turned, count), distances)
    timed("scc", lambda: connected_components(graph, connection="strong")[0], str)
    degree = numpy.asarray(graph.sum(axis=1)).ravel()
    share = numpy.divide(1.0, degree, out=numpy.zeros(count), where=degree > 0)
    pull = graph.T.tocsr()

    def pagerank():
        ranks = numpy.full(count, 1 / count)
        for _ in range(PAGERANK_ROUNDS):
            stranded = ranks[degree == 0].sum()
            ranks = DAMPING * (pull @ (ranks * share)) + (1 - DAMPING + DAMPING * stranded) / count
        return ranks

    timed("pagerank", pagerank, two_ranks)


def ask_networkit(path, starts):
    import networkit

    networkit.setNumberOfThreads(1)
    reader = networkit.graphio.EdgeListReader("\t", 0, directed=True)
    # It drops parallel hops as it reads.
    graph = timed("load", lambda: reader.read(path), lambda graph: "–")
    turned = networkit.graphtools.transpose(graph)
    count = graph.numberOfNodes()
    more = turned.addNode()
    for node in range(count - starts, count):
        turned.addEdge(more, node)
    search = networkit.distance.BFS(turned, more, False)
    timed("bfs", search.run, lambda search: met_and_sum(search.getDistances()))
    components = networkit.components.StronglyConnectedComponents(graph)
    timed("scc", components.run, lambda components: components.numberOfComponents())
    sinks = networkit.centrality.SinkHandling.DistributeSinks
    ranking = networkit.centrality.PageRank(graph, DAMPING, 0, distributeSinks=sinks)
    ranking.maxIterations = PAGERANK_ROUNDS
    timed("pagerank", ranking.run, lambda ranking: two_ranks(ranking.scores()))


def ask_igraph(path, starts):
    import igraph

    graph = timed("load", lambda: igraph.Graph.Read_Edgelist(path, directed=True), lambda graph: graph.ecount())
    count = graph.vcount()
    more = graph.copy()
    more.add_vertices(1)
    more.add_edges([(node, count) for node in range(count - starts, count)])
    timed("bfs", lambda: more.distances(source=[count], mode="in")[0], met_and_sum)
    timed("scc", lambda: len(graph.connected_components(mode="strong")), str)
    timed("dominators", lambda: graph.dominator(0, mode="out"), lambda nodes: nodes.count(0))
    # It goes on to a tolerance of its own.
    timed("pagerank", lambda: graph.pagerank(damping=DAMPING), lambda ranks: "–")


def ask_rustworkx(path, starts):
    import rustworkx

    def load():
        return rustworkx.PyDiGraph.read_edge_list(path, deliminator="\t")

    graph = timed("load", load, lambda graph: graph.num_edges())
    count = graph.num_nodes()
    turned = rustworkx.PyDiGraph()
    turned.add_nodes_from(range(count + 1))
    turned.add_edges_from_no_data([(int(target), int(source)) for source, target in edges_of(path)])
    turned.add_edges_from_no_data([(count, node) for node in range(count - starts, count)])
    # Its searches tell no distances: it has them of Dijkstra.
    search = lambda: rustworkx.dijkstra_shortest_path_lengths(turned, count, lambda _: 1.0)  # noqa: E731
    timed("bfs", search, lambda found: met_and_sum(found.values()))
    timed("scc", lambda: len(rustworkx.strongly_connected_components(graph)), str)
    children = lambda found: sum(1 for node, above in found.items() if above == 0 and node != 0)  # noqa: E731
    timed("dominators", lambda: rustworkx.immediate_dominators(graph, 0), children)
    timed("pagerank", lambda: rustworkx.pagerank(graph, alpha=DAMPING), lambda ranks: "–")


PEERS = {"scipy": ask_scipy, "networkit": ask_networkit, "igraph": ask_igraph, "rustworkx": ask_rustworkx}


def installed():
    """The interpreter of an environment that has the peers."""
    python = f"{TOOLS}/bin/python"
    if not os.path.exists(python):
        subprocess.run([sys.executable, "-m", "venv", TOOLS], check=True)
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES]
    subprocess.run(install, check=True)
    return python


def built():
    """The bench's program."""
    command = "cargo bench -p sidedoor-graph --bench frozen --no-run --message-format=json".split()
    out = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    made = [json.loads(line) for line in out.splitlines() if line.startswith("{")]
    return next(one["executable"] for one in made if one.get("executable") and one["target"]["name"] == "frozen")


def run(command):
    """CPU ms and answer of each question, and the peak of memory in MB."""
    env = dict(os.environ, **{name: "1" for name in THREADS})
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)
    lines = process.stdout.read().splitlines()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{command} ended with {process.returncode}")
    found = {}
    for line in lines:
        question, spent, answer = line.split("\t")
        found[question] = (float(spent), answer)
    return found, used.ru_maxrss / 1000


def is_equal(ours, theirs):
    """Whole numbers are equal, ranks to four digits: peers keep other digits and other sinks."""
    if theirs == "–":
        return True
    pairs = zip(ours.split(), theirs.split())
    return all(one == other or abs(float(one) / float(other) - 1) < 1e-4 for one, other in pairs)


def table(runs, peaks):
    print("\n| | " + " | ".join(f"{question}, CPU ms" for question in QUESTIONS) + " | peak MB |")
    print("|---|" + "---|" * (len(QUESTIONS) + 1))
    medians = {
        name: {question: statistics.median(one[question][0] for one in rounds) for question in rounds[0]}
        for name, rounds in runs.items()
    }
    for name, figures in medians.items():
        cells = []
        for question in QUESTIONS:
            if question not in figures:
                cells.append("–")
                continue
            ratio = figures[question] / medians["frozen graph"][question]
            cells.append(f"{figures[question]:,.0f}" + ("" if name == "frozen graph" else f" ({ratio:.1f} ×)"))
        print(f"| {name} | " + " | ".join(cells) + f" | {max(peaks[name]):,.0f} |")


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--rounds", type=int, default=3)
    words.add_argument("--only", help="names of peers, separated by commas")
    words.add_argument("--list", help="an edge list in the place of the market")
    words.add_argument("--starts", type=int, default=STARTS, help="how many of the last nodes are searched from")
    words.add_argument("--peer", help=argparse.SUPPRESS)
    words = words.parse_args()
    if words.peer:
        PEERS[words.peer](words.list, words.starts)
        return
    bench, python = built(), installed()
    with tempfile.TemporaryDirectory(prefix="peers-graph-") as scratch:
        path = words.list or f"{scratch}/list"
        if not words.list:
            subprocess.run([bench, "list", path], check=True)
        commands = {"frozen graph": [bench, "ask", path, str(words.starts)]}
        for name in words.only.split(",") if words.only else PEERS:
            asked = ["--peer", name, "--list", path, "--starts", str(words.starts)]
            commands[name] = [python, os.path.abspath(__file__), *asked]
        runs, peaks = ({name: [] for name in commands} for _ in range(2))
        for number in range(words.rounds):
            for name, command in commands.items():
                found, peak = run(command)
                runs[name].append(found)
                peaks[name].append(peak)
                print(f"round {number + 1}: {name}: {found}, {peak:.0f} MB", file=sys.stderr, flush=True)
                for question, (_, answer) in found.items():
                    ours = runs["frozen graph"][0][question][1]
                    if not is_equal(ours, answer):
                        sys.exit(f"{name} answers {question} with {answer}, the frozen graph with {ours}")
        table(runs, peaks)


main()
