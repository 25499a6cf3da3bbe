"""The reference: an anchor is seen when hiding it changes the picture.

Each judged anchor is scrolled to as a person could, pictured, made `visibility: hidden` with all that
is in it, and pictured again. Needs Pillow; only made anew on demand (`judge.py --pixels`).
"""

import io

from PIL import Image, ImageChops

# A channel that changes by this much of 255 is seen to change: a contrast of about 1.16 on white.
STEP = 17
# So many pixels must change, spread over at least so many one way and the other.
PIXELS, LONG, SHORT = 12, 4, 2
# Text less high than this cannot be read.
TEXT_HEIGHT = 4.5

TOOLS = """
window.oracle = (() => {
  const anchors = [];
  const walk = root => {
    for (const at of root.querySelectorAll('*')) {
      if (at.localName === 'a' || at.localName === 'area') anchors.push(at);
      if (at.shadowRoot) walk(at.shadowRoot);
    }
  };
  walk(document);
  const address = a => {
    const raw = a.getAttribute('href') ?? a.getAttributeNS('http://www.w3.org/1999/xlink', 'href');
    try { return new URL(raw, document.baseURI).href } catch { return null }
  };
  const above = at => at.assignedSlot ?? at.parentElement ?? at.getRootNode().host ?? null;
  const scrolls = v => v === 'auto' || v === 'scroll';
  const within = a => [a, ...a.querySelectorAll('*')];
  const texts = a => {
    const walker = document.createTreeWalker(a, NodeFilter.SHOW_TEXT), found = [];
    while (walker.nextNode()) if (walker.currentNode.data.trim()) found.push(walker.currentNode);
    return found;
  };
  const rectOf = node => {
    if (node.getBoundingClientRect) return node.getBoundingClientRect();
    const range = document.createRange();
    range.selectNode(node);
    return range.getBoundingClientRect();
  };
  const pageScrolls = axis => {
    const html = getComputedStyle(document.documentElement)['overflow' + axis];
    if (html !== 'visible') return html !== 'hidden' && html !== 'clip';
    const body = document.body && getComputedStyle(document.body)['overflow' + axis];
    return body !== 'hidden' && body !== 'clip';
  };
  const bring = node => {
    window.scrollTo({left: 0, top: 0, behavior: 'instant'});
    for (let p = node.nodeType === 1 ? above(node) : node.parentElement; p; p = above(p)) {
      if (p === document.documentElement || p === document.body) continue;
      const style = getComputedStyle(p), r = rectOf(node), box = p.getBoundingClientRect();
      if (scrolls(style.overflowX)) p.scrollLeft += (r.left + r.right) / 2 - (box.left + box.right) / 2;
      if (scrolls(style.overflowY)) p.scrollTop += (r.top + r.bottom) / 2 - (box.top + box.bottom) / 2;
    }
    const r = rectOf(node);
    window.scrollBy({
      left: pageScrolls('X') ? (r.left + r.right - innerWidth) / 2 : 0,
      top: pageScrolls('Y') ? (r.top + r.bottom - innerHeight) / 2 : 0,
      behavior: 'instant',
    });
  };
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('[data-judged]::before,[data-judged]::after{visibility:hidden!important;transition:none!important}');
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  let kept = [];
  return {
    count: url => anchors.filter(a => address(a) === url).length,
    places(url) {
      const a = anchors.find(a => address(a) === url);
      if (!a) return 'absent';
      // An area has no picture of its own, a marquee is anywhere, a script loads the lazy image.
      if (a.localName === 'area' || a.closest('marquee') || a.querySelector('[data-src]')) return 'none';
      this.a = a;
      this.nodes = [a, ...texts(a), ...a.querySelectorAll('*')].slice(0, 5);
      const boxes = within(a).some(at => {
        const s = getComputedStyle(at);
        return ['img', 'svg', 'canvas', 'video', 'iframe', 'input', 'button'].includes(at.localName)
          || at.ownerSVGElement || ['Top', 'Left', 'Bottom'].some(side => parseFloat(s[`border${side}Width`]) >= 1) || s.backgroundImage !== 'none' || s.backgroundColor !== 'rgba(0, 0, 0, 0)'
          || ['::before', '::after'].some(p => !['none', 'normal', '""'].includes(getComputedStyle(at, p).content));
      });
      const heights = texts(a).map(rectOf).filter(r => r.width >= 2).map(r => r.height);
      return {places: this.nodes.length, boxes, text: Math.max(0, ...heights), empty: !heights.length && !boxes};
    },
    bring(i) {
      bring(this.nodes[i]);
      const r = rectOf(this.nodes[i]);
      const at = document.elementFromPoint((r.left + r.right) / 2, (r.top + r.bottom) / 2);
      return {x: scrollX, y: scrollY, rect: [r.left, r.top, r.right, r.bottom].map(Math.round),
              top: !!at && (at === this.a || this.a.contains(at)),
              opacity: (() => { let o = 1; for (let p = this.a; p; p = above(p)) o *= getComputedStyle(p).opacity; return o })()};
    },
    hide() {
      kept = within(this.a).map(at => [at, at.getAttribute('style')]);
      for (const [at] of kept) {
        at.setAttribute('data-judged', '');
        at.style.setProperty('transition', 'none', 'important');
        at.style.setProperty('visibility', 'hidden', 'important');
      }
    },
    show() {
      for (const [at, style] of kept) {
        at.removeAttribute('data-judged');
        style === null ? at.removeAttribute('style') : at.setAttribute('style', style);
      }
    },
  };
})(); 0
"""


def judge(chrome, addresses: list[str]) -> dict[str, list]:
    """`[seen, why]` for each address on the page that is shown. Where a picture cannot tell, left out."""
    chrome.run(TOOLS)
    return {
        address: verdict
        for address in addresses
        if (verdict := judge_one(chrome, address)) is not None
    }


def judge_one(chrome, address: str):
    """`[seen, why]`, or None where a picture cannot tell."""
    found = chrome.run(f"oracle.places({address!r})")
    if found == "absent":
        return [False, "no such element"]
    if found == "none":
        return None
    places = set()
    for index in range(found["places"]):
        place = chrome.run(f"oracle.bring({index})")
        if (place["x"], place["y"]) in places and index > 2:
            continue
        places.add((place["x"], place["y"]))
        with_it = image(chrome.picture())
        chrome.run("oracle.hide()")
        without = image(chrome.picture())
        chrome.run("oracle.show()")
        if changed(with_it, without):
            if not found["boxes"] and found["text"] < TEXT_HEIGHT:
                return [False, f"text of {found['text']:.1f} px"]
            return [True, "picture changes"]
        if found["empty"] and place["top"] and place["opacity"] > 0.05 and covers(with_it, place["rect"]):
            return [True, "area over other content"]
    return [False, "picture stays"]


def image(png: bytes) -> Image.Image:
    """A PNG as RGB."""
    return Image.open(io.BytesIO(png)).convert("RGB")


def changed(one: Image.Image, other: Image.Image) -> bool:
    """Whether two pictures differ enough to be seen."""
    bands = ImageChops.difference(one, other).split()
    most = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])
    mask = most.point(lambda step: 255 if step >= STEP else 0)
    box = mask.getbbox()
    if box is None or mask.histogram()[255] < PIXELS:
        return False
    sides = sorted((box[2] - box[0], box[3] - box[1]))
    return sides[0] >= SHORT and sides[1] >= LONG


def covers(picture: Image.Image, rect: list[int]) -> bool:
    """Whether a box of at least 20 by 20 pixels lies over something that is painted."""
    left, top = max(0, rect[0]), max(0, rect[1])
    right, bottom = min(picture.width, rect[2]), min(picture.height, rect[3])
    if right - left < 20 or bottom - top < 20:
        return False
    part = picture.crop((left, top, right, bottom))
    return any(low != high for low, high in part.getextrema())
