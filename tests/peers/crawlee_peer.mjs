// Follows every link of one host with Crawlee: `node crawlee_peer.mjs ADDRESS`.
import { createRequire } from 'node:module';

const { CheerioCrawler, log } = createRequire(`${process.env.PEER_MODULES}/`)('@crawlee/cheerio');
log.setLevel(log.LEVELS.OFF);
const crawler = new CheerioCrawler({
  minConcurrency: 16,
  maxConcurrency: 16,
  async requestHandler({ enqueueLinks }) {
    await enqueueLinks({ strategy: 'same-hostname' });
  },
});
await crawler.run([process.argv[2]]);
