"""Runs crawlers on the same generated site behind nginx on loopback and prints what each one costs.

16 exchanges at once, no delay, one tool after another in every round; medians of the rounds. CPU time is
the kernel's accounting of the process and its children, memory their peak resident set; what was covered is
counted in the server's log. See tests/peers/run.
"""

import argparse
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
TOOLS = f"{HERE}/.tools"
BUILT = os.environ.get("SIDEDOOR_BUILT", f"{ROOT}/target/release")
PORT = 8931
SEED = f"http://127.0.0.1:{PORT}/"
REDIRECTS = 200


def ours(scratch, vantages):
    return [
        f"{BUILT}/sidedoor", "crawl", SEED, "--case", f"{scratch}/case", "--quiet",
        "--vantage", vantages, "--delay", "0", "--per-host", "16", "--concurrency", "16",
        "--allow-address", "127.0.0.1", "--pages", "1000000",
    ]  # fmt: skip


def tools(scratch):
    return {
        "floor": [f"{BUILT}/examples/floor", SEED, "16"],
        "sidedoor": ours(scratch, "desktop"),
        "sidedoor, three vantages": ours(scratch, "desktop,phone,crawler"),
        "spider": [f"{TOOLS}/bin/spider", "--url", SEED, "crawl"],
        "lychee (given the list)": [
            f"{TOOLS}/bin/lychee", "--quiet", "--no-progress", "--max-concurrency", "16",
            "--host-concurrency", "16", "--host-request-interval", "0ms", f"{scratch}/list.txt",
        ],
        "wget2": [
            "wget2", "--quiet", "--recursive", "--level=inf", "--max-threads=16", "--robots=off",
            "--directory-prefix", f"{scratch}/wget2", SEED,
        ],
        "Scrapy": [
            f"{TOOLS}/python/bin/scrapy", "runspider", f"{HERE}/scrapy_peer.py", "-a", f"seed={SEED}",
        ],
        "Crawlee (Cheerio)": ["node", f"{HERE}/crawlee_peer.mjs", SEED],
    }  # fmt: skip


def addresses(pages):
    return (
        ["/"]
        + [f"/p/{number}.html" for number in range(pages)]
        + [f"/go/{number}" for number in range(REDIRECTS)]
    )


class Site:
    """The site, and the server in front of it."""

    def __init__(self, folder, pages):
        self.folder, self.pages = folder, pages
        made = [sys.executable, f"{HERE}/site.py", folder, str(PORT), str(pages)]
        subprocess.run(made, check=True, stdout=subprocess.DEVNULL)
        self.expected = set(addresses(pages))

    def serve(self):
        log = f"{self.folder}/access.log"
        if os.path.exists(log):
            os.remove(log)
        self.server = subprocess.Popen(
            ["nginx", "-c", f"{self.folder}/nginx.conf"], stderr=subprocess.DEVNULL
        )
        time.sleep(0.3)
        if self.server.poll() is not None:
            sys.exit(f"nginx does not serve on port {PORT}; see {self.folder}/error.log")

    def covered(self):
        """Stops the server, and tells how many of the addresses were asked for."""
        time.sleep(0.2)
        self.server.send_signal(signal.SIGQUIT)
        self.server.wait()
        with open(f"{self.folder}/access.log") as log:
            asked = {line.split(" ")[1] for line in log if line.startswith(("GET ", "HEAD "))}
        asked = {"/" if address == "/index.html" else address for address in asked}
        return len(asked & self.expected)


def run(command, scratch):
    """CPU seconds, wall seconds, peak MB and exit code of one process with its children."""
    env = dict(os.environ, CRAWLEE_STORAGE_DIR=f"{scratch}/crawlee", PEER_MODULES=f"{TOOLS}/node_modules")
    begun = time.monotonic()
    with open(f"{scratch}/out", "wb") as out:
        process = subprocess.Popen(command, cwd=scratch, stdout=out, stderr=out, env=env)
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.monotonic() - begun
    return used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1000, process.returncode


def measure(site, name):
    with tempfile.TemporaryDirectory(prefix="peers-") as scratch:
        with open(f"{scratch}/list.txt", "w") as out:
            out.writelines(f"{SEED[:-1]}{address}\n" for address in sorted(site.expected))
        site.serve()
        cpu, wall, peak, code = run(tools(scratch)[name], scratch)
        covered = site.covered()
        if covered == 0:
            with open(f"{scratch}/out", errors="replace") as out:
                sys.exit(f"{name} asked for nothing (exit code {code}):\n{out.read()[-2000:]}")
        return {"cpu": cpu, "wall": wall, "peak": peak, "covered": covered, "code": code}


def table(results, total):
    floor = statistics.median(one["cpu"] for one in results["floor"]) if "floor" in results else None
    print(f"\n| tool | CPU s | × floor | pages per CPU s | pages/s | peak MB | covered of {total:,} |")
    print("|---|---|---|---|---|---|---|")
    for name, runs in results.items():
        cpu, wall = (statistics.median(one[key] for one in runs) for key in ("cpu", "wall"))
        peak = max(one["peak"] for one in runs)
        covered = sorted(one["covered"] for one in runs)
        least, most = covered[0], covered[-1]
        seen = f"{least:,}" if least == most else f"{least:,} to {most:,}"
        ratio = f"{cpu / floor:.1f}" if floor else "–"
        print(
            f"| {name} | {cpu:.2f} | {ratio} | {statistics.median(covered) / cpu:,.0f} |"
            f" {statistics.median(covered) / wall:,.0f} | {peak:.0f} | {seen} |"
        )


def curve(sizes, folder):
    print("| pages | CPU s | pages/s | peak MB | bytes of memory for each further page | covered |")
    print("|---|---|---|---|---|---|")
    before = None
    for pages in sizes:
        site = Site(folder, pages)
        one = measure(site, "sidedoor")
        further = "–"
        if before:
            grown = (one["peak"] - before[1]) * 1e6 / (pages - before[0])
            further = f"{grown:,.0f}"
        before = (pages, one["peak"])
        print(
            f"| {pages:,} | {one['cpu']:.1f} | {one['covered'] / one['wall']:,.0f} | {one['peak']:.0f} |"
            f" {further} | {one['covered']:,} of {len(site.expected):,} |",
            flush=True,
        )
        shutil.rmtree(folder)


def main():
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--pages", type=int, default=2000)
    words.add_argument("--rounds", type=int, default=3)
    words.add_argument("--only", help="names or parts of names, separated by commas")
    words.add_argument("--curve", help="sizes: the program's memory at each, and no peers")
    words = words.parse_args()
    with tempfile.TemporaryDirectory(prefix="peers-site-") as folder:
        # The workers of a server that root starts run as somebody else.
        os.chmod(folder, 0o755)
        if words.curve:
            curve([int(size) for size in words.curve.split(",")], f"{folder}/site")
            return
        site = Site(folder, words.pages)
        wanted = (words.only or "").split(",")
        names = [name for name in tools(folder) if any(word in name for word in wanted)]
        results = {name: [] for name in names}
        for number in range(words.rounds):
            for name in names:
                one = measure(site, name)
                results[name].append(one)
                print(
                    f"round {number + 1}: {name}: {one['cpu']:.2f} CPU s, {one['wall']:.1f} s,"
                    f" {one['peak']:.0f} MB, {one['covered']} covered, exit code {one['code']}",
                    file=sys.stderr,
                    flush=True,
                )
        table(results, len(site.expected))


main()
