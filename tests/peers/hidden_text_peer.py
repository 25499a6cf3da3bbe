"""The naive way: a plain crawler with a rule for hidden text.

Follows every link of the storefronts' hosts. A link to another host counts as hidden where it, or an element
around it, has an inline style that does not show it: `display: none`, `visibility: hidden`, an opacity of 0, a
font of under two pixels; or the attribute `hidden`. Such a link is followed through HTTP redirects and refreshes to
where it ends. Every page with one is taken for a listing, whatever it sells, and whatever stands behind the link for restricted.

    scrapy runspider hidden_text_peer.py -a seeds=ADDRESS,ADDRESS -O findings.json
"""

import re
from urllib.parse import urlsplit

import scrapy
from scrapy.linkextractors import LinkExtractor

UNSEEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(hidden|collapse)|opacity\s*:\s*0?\.?0+\s*(;|$|!)"
    r"|font-size\s*:\s*[01](\.\d+)?(px|pt)?\s*(;|$|!)",
    re.IGNORECASE,
)


def is_unseen(element):
    """Whether an element or one around it is concealed by its own style."""
    while element is not None:
        if element.get("hidden") is not None or UNSEEN.search(element.get("style") or ""):
            return True
        element = element.getparent()
    return False


class HiddenText(scrapy.Spider):
    name = "hidden-text"
    custom_settings = {
        "CONCURRENT_REQUESTS": 16,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
        "DOWNLOAD_DELAY": 0,
        "ROBOTSTXT_OBEY": False,
        "LOG_LEVEL": "ERROR",
        "TELNETCONSOLE_ENABLED": False,
        "DEPTH_LIMIT": 0,
    }

    def __init__(self, seeds, **words):
        super().__init__(**words)
        self.start_urls = seeds.split(",")
        self.hosts = {urlsplit(seed).hostname for seed in self.start_urls}
        self.links = LinkExtractor(allow_domains=self.hosts)

    def parse(self, response):
        if urlsplit(response.url).hostname not in self.hosts:
            return
        if not isinstance(response, scrapy.http.HtmlResponse):
            return
        for link in self.links.extract_links(response):
            yield response.follow(link, self.parse)
        for anchor in response.xpath("//a[@href]"):
            target = response.urljoin(anchor.attrib["href"].strip())
            if not target.startswith(("http://", "https://")):
                continue
            if urlsplit(target).hostname not in self.hosts and is_unseen(anchor.root):
                yield scrapy.Request(
                    target, self.landed, dont_filter=True, cb_kwargs={"listing": response.url},
                    errback=lambda failure, listing=response.url, target=target: self.lost(listing, target),
                )  # fmt: skip

    def landed(self, response, listing):
        yield {"listing": listing, "target": response.url}

    def lost(self, listing, target):
        yield {"listing": listing, "target": target}

    def closed(self, _reason):
        fetched = self.crawler.stats.get_value("downloader/response_count", 0)
        print(f"fetched {fetched}")
