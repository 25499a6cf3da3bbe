"""Runs tools on one generated marketplace and scores all of them in one run. See tests/peers/benchmark."""

import argparse
import csv
import json
import os
import re
import shutil
import sys
import tempfile
from urllib.parse import urlsplit

from marketplace import HERE, SIDEDOOR, Marketplace, measured, per_thousand, share, table, take

TOOLS = os.environ.get("PEER_TOOLS", f"{HERE}/.tools")


def through(market):
    """An environment in which every request goes to the marketplace, whatever host it names."""
    proxy = f"http://{market.address}"
    return dict(os.environ, http_proxy=proxy, HTTP_PROXY=proxy, no_proxy="", NO_PROXY="")


def document(tool, used, pages, pairs):
    findings = [{"listing": listing, "target": target} for listing, target in pairs]
    return {"tool": tool, "pages": pages, "seconds": used["wall"], "findings": findings}


def sidedoor(market, scratch):
    """Scan with default settings; its JSON report is scored as it is."""
    used = market.scan(f"{scratch}/case")
    report = json.loads(take([SIDEDOOR, "report", "--format", "json", "--case", f"{scratch}/case"]))
    report["seconds"] = used["wall"]
    return report, used


def hidden_text(market, scratch):
    """The naive way."""
    seeds = ",".join(market.market["seeds"])
    found = f"{scratch}/hidden-text.json"
    command = [
        f"{TOOLS}/python/bin/scrapy", "runspider", f"{HERE}/hidden_text_peer.py",
        "-a", f"seeds={seeds}", "-O", found,
    ]  # fmt: skip
    log = f"{scratch}/hidden-text.log"
    used = measured(command, log, env=through(market), cwd=scratch)
    with open(log, errors="replace") as out:
        fetched = re.search(r"^fetched (\d+)$", out.read(), re.MULTILINE)
    with open(found) as file:
        pairs = [(one["listing"], one["target"]) for one in json.load(file)]
    pages = int(fetched.group(1)) if fetched else None
    return document("crawler with a hidden-text rule", used, pages, pairs), used


def link_checker(market, scratch):
    """Every link that leaves its host by a redirect: what a link checker tells of where links lead."""
    hosts = {urlsplit(seed).hostname for seed in market.market["seeds"]}
    settings = f"{scratch}/linkcheckerrc"
    with open(settings, "w") as file:
        file.write("[checking]\nthreads=16\n")
    log = f"{scratch}/link-checker.csv"
    command = [
        f"{TOOLS}/python/bin/python", f"{HERE}/link_checker_peer.py", "--config", settings, "--no-robots", "--check-extern",
        "--verbose", "--no-status", "--output", "csv", *market.market["seeds"],
    ]  # fmt: skip
    # It changes to another user when root starts it, and ends with 1 where links are broken.
    os.chmod(scratch, 0o755)
    used = measured(command, log, allowed=(0, 1), env=through(market), cwd=scratch)
    csv.field_size_limit(1 << 24)
    with open(log, newline="", errors="replace") as file:
        lines = (line for line in file if not line.startswith(("#", "WARNING")))
        rows = list(csv.DictReader(lines, delimiter=";"))
    pairs = set()
    for row in rows:
        parent, end = row.get("parentname") or "", row.get("url") or ""
        left = [urlsplit(address).hostname for address in (parent, end)]
        told = (row.get("warningstring") or "") + (row.get("infostring") or "")
        if "Redirected to" in told and left[0] in hosts and left[1] and left[1] not in hosts:
            pairs.add((parent, end))
    return document("LinkChecker 10.6.0, redirects that leave", used, len(rows), sorted(pairs)), used


PEERS = {"sidedoor": sidedoor, "hidden-text": hidden_text, "linkchecker": link_checker}


def row(name, score, used):
    pairs, listings = score["of_pairs_without_browser"], score["of_all_listings"]
    fetched = "–" if score["pages"] is None else f"{score['pages']:,}"
    cost = "–" if score["pages_per_hit"] is None else f"{score['pages_per_hit']:,.1f}"
    return [
        name, share(pairs["precision"]), share(pairs["recall"]), f"{pairs['f1'] or 0:.3f}",
        share(listings["recall"]), per_thousand(score["honest_flagged"]), fetched, cost,
        f"{used['wall']:,.0f}", f"{used['cpu']:,.0f}", f"{used['peak']:,.0f}",
    ]  # fmt: skip


TITLES = [
    "tool", "precision", "recall", "F1", "recall of listings", "false alarms per 1,000", "pages fetched",
    "pages per path found", "s", "CPU s", "peak MB",
]  # fmt: skip


def peers(market, scratch, names):
    """Runs and scores each; scores by name, and the lines of a table."""
    scores, rows = {}, []
    for name in names:
        print(f"{name} …", file=sys.stderr, flush=True)
        found, used = PEERS[name](market, scratch)
        kept = f"{scratch}/{name}.findings.json"
        with open(kept, "w") as file:
            json.dump(found, file)
        score = market.score(kept, "--examples", "0")
        scores[name] = {"score": score, "cost": used}
        rows.append(row(score["tool"] or name, score, used))
    return scores, table(TITLES, rows)


def main():
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--listings", type=int, default=2000)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--split", default="test", choices=["dev", "test"])
    words.add_argument("--only", help="names, separated by commas: " + ", ".join(PEERS))
    words.add_argument("--json", help="write the scores to this file")
    words.add_argument("--keep", help="keep what the tools wrote in this folder")
    words = words.parse_args()
    names = words.only.split(",") if words.only else list(PEERS)
    scratch = words.keep or tempfile.mkdtemp(prefix="peers-")
    os.makedirs(scratch, exist_ok=True)
    try:
        with Marketplace(words.listings, words.seed, words.split, scratch) as market:
            scores, lines = peers(market, scratch, names)
    finally:
        if not words.keep:
            shutil.rmtree(scratch)
    if words.json:
        with open(words.json, "w") as file:
            json.dump(scores, file, indent=1)
    print("\n".join(lines))


if __name__ == "__main__":
    main()
