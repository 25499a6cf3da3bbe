"""A site of 2,001 pages of some 9 KB and 200 redirects, as files and a configuration for nginx.

Every page is reached by a link from another one, and each redirect from two pages; 35 links a page.
`python3 site.py FOLDER PORT [PAGES]` writes FOLDER/pages and FOLDER/nginx.conf.
"""

import os
import random
import sys

WORDS = """amber anchor apron basket birch bottle braid brass canvas cedar chalk clay cotton copper crate
denim elm enamel fabric felt flax forest frame garden glass grain handle harbor hazel iron jar kettle
ladder lantern leather linen maple meadow mill mortar nickel oak olive orchard paper pebble pewter pine
plank porcelain quilt rattan reed ribbon river rope sail satin shelf silk slate spoon steel stone straw
table thread tile timber tin towel tray velvet walnut wax weave wheel wicker willow wool yarn""".split()
STYLE = """body{margin:0;font:16px/1.5 sans-serif;color:#222}nav{display:flex;gap:1em;background:#eee;padding:1em}
.cards{display:grid;grid-template-columns:repeat(4,1fr);gap:1em}.card{border:1px solid #ddd;padding:.5em}
.price{color:#a00;font-weight:bold}.note{font-size:.9em;color:#555}.menu ul{display:none}.menu:hover ul{display:block}
.drawn{display:block;height:8em;background:linear-gradient(#ddd,#fff)}
@media (max-width:700px){.cards{grid-template-columns:1fr 1fr}}footer{background:#333;color:#fff}footer a{color:#fff}"""


def sentence(dice, count):
    return " ".join(dice.choice(WORDS) for _ in range(count)).capitalize() + "."


def page(number, pages, redirects):
    dice = random.Random(number)
    name = f"{dice.choice(WORDS)} {dice.choice(WORDS)}".title()
    near = [2 * number + 1, 2 * number + 2] + [dice.randrange(pages) for _ in range(18)]
    cards = "\n".join(
        f'<div class="card"><a href="/p/{to % pages}.html"><i class="drawn"></i>'
        f"<span>{dice.choice(WORDS)} {dice.choice(WORDS)}</span></a>"
        f'<span class="price">{dice.randrange(1, 90)}.99 EUR</span>'
        f'<p class="note">{sentence(dice, 9)}</p></div>'
        for to in near
    )
    menu = "".join(
        f'<li><a href="/p/{dice.randrange(pages)}.html">{word}</a></li>' for word in WORDS[:10]
    )
    text = "\n".join(f"<p>{sentence(dice, 60)}</p>" for _ in range(7))
    out = f'<a href="/go/{number % redirects}">offer</a>' if number < 2 * redirects else ""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{name}</title>'
        f'<link rel="canonical" href="/p/{number}.html"><style>{STYLE}</style></head><body>'
        f'<nav><a href="/">Home</a><a href="/p/1.html">New</a><span class="menu">More<ul>{menu}</ul>'
        f"</span></nav><main><h1>{name}</h1>{text}{out}<div class=cards>{cards}</div></main>"
        f'<footer><a href="/p/2.html">Terms</a> <a href="/p/3.html">Contact</a></footer></body></html>'
    )


def main():
    folder, port = os.path.abspath(sys.argv[1]), sys.argv[2]
    pages = int(sys.argv[3]) if len(sys.argv) > 3 else 2000
    redirects = 200
    os.makedirs(f"{folder}/pages/p", exist_ok=True)
    size = 0
    for number in range(pages):
        html = page(number, pages, redirects)
        size += len(html)
        with open(f"{folder}/pages/p/{number}.html", "w") as out:
            out.write(html)
    with open(f"{folder}/pages/index.html", "w") as out:
        out.write(page(0, pages, redirects))
    with open(f"{folder}/nginx.conf", "w") as out:
        out.write(
            f"""worker_processes 1; daemon off; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  types {{ text/html html; }}
  log_format address '$request_method $uri $status';
  access_log {folder}/access.log address buffer=64k flush=100ms;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  keepalive_requests 100000;
  server {{
    listen 127.0.0.1:{port};
    root {folder}/pages;
    location ~ ^/go/([0-9]+)$ {{ return 302 /p/$1.html; }}
  }}
}}
"""
        )
    print(f"{pages} pages, {size / pages / 1000:.1f} KB on average")


main()
