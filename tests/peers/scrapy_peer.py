"""Follows every link of one host with Scrapy: `scrapy runspider scrapy_peer.py -a seed=ADDRESS`."""

import re

import scrapy
from scrapy.linkextractors import LinkExtractor


class Peer(scrapy.Spider):
    name = "peer"
    custom_settings = {
        "CONCURRENT_REQUESTS": 16,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
        "DOWNLOAD_DELAY": 0,
        "ROBOTSTXT_OBEY": False,
        "LOG_LEVEL": "ERROR",
        "TELNETCONSOLE_ENABLED": False,
    }
    def __init__(self, seed, **words):
        super().__init__(**words)
        self.start_urls = [seed]
        self.links = LinkExtractor(allow="^" + re.escape(seed))

    def parse(self, response):
        for link in self.links.extract_links(response):
            yield response.follow(link, self.parse)
