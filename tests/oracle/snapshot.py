"""The verdict on every anchor of a page from one snapshot: layout, computed style, paint order.

The rule is told in docs/accuracy.md. An anchor is seen when a piece of it is: a line of text, a
picture, a box that is painted. A verdict is (seen, why): True, False, or None where the snapshot
cannot tell (a picture that was not loaded).
"""

from dataclasses import dataclass, field
from functools import lru_cache

from colors import CANVAS, clipped, color, colors_in, differs, filter_opacity, filtered, is_empty_mask, over

STYLES = (
    "display visibility opacity color -webkit-text-fill-color background-color background-image"
    " -webkit-background-clip border-top-width border-top-style border-top-color border-left-width"
    " border-left-style border-left-color position overflow-x overflow-y clip clip-path mask-image"
    " mask-size filter text-shadow text-decoration-line text-decoration-color"
    " text-decoration-thickness content-visibility contain transform perspective direction float"
    " mix-blend-mode backface-visibility fill fill-opacity stroke box-shadow will-change"
    " border-bottom-width border-bottom-style border-bottom-color font-size z-index isolation"
).split()

# The box of the document itself, and those of anonymous boxes, come without styles.
UNSTYLED = dict.fromkeys(STYLES, "none") | {
    "visibility": "visible", "opacity": "1", "position": "static", "overflow-x": "visible",
    "overflow-y": "visible", "background-color": "transparent", "color": "rgb(0, 0, 0)",
    "clip": "auto", "font-size": "16px", "display": "block", "contain": "none",
}

STEP = 17
FAINT = 0.05
TEXT_HEIGHT = 4.5
REPLACED = {
    "IMG", "VIDEO", "CANVAS", "IFRAME", "INPUT", "SELECT", "TEXTAREA", "OBJECT", "EMBED",
    "AUDIO", "METER", "PROGRESS",
}
LAZY = ("data-src", "data-lazy-src", "data-original", "data-srcset")
NOT_DRAWN = {"defs", "symbol", "clipPath", "mask", "pattern", "marker"}
SHAPES = {"rect", "path", "circle", "ellipse", "line", "polyline", "polygon", "use", "image", "text"}
BLANK = set("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\u2800\u3164\uffa0\ufeff\u115f\u1160\u180e\u034f")


@dataclass
class Clip:
    """A box that cuts what is in it; on a scrolling axis, what lies ahead can be scrolled to."""

    box: tuple
    scroll_x: bool
    scroll_y: bool
    rtl: bool
    outer: "Clip | None"


@dataclass
class Surroundings:
    """What the ancestors of a node make of it."""

    opacity: float = 1.0
    gone: str = ""
    flow: Clip | None = None
    absolute: Clip | None = None
    fixed: Clip | None = None
    is_fixed: bool = False
    filters: str = ""
    marquee: bool = False
    text_clip: bool = False
    blends: bool = False


@dataclass
class Box:
    """One entry of the layout tree."""

    at: int
    node: int
    box: tuple
    key: tuple
    text: str = ""
    style: dict = field(default_factory=dict)
    order: int = 0


def rect(bounds) -> tuple:
    """x, y, width, height as left, top, right, bottom."""
    return (bounds[0], bounds[1], bounds[0] + bounds[2], bounds[1] + bounds[3])


def meet(one, other):
    """The common part of two boxes, or None."""
    part = (max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3]))
    return part if part[2] > part[0] and part[3] > part[1] else None


@lru_cache(maxsize=10_000)
def color_of(text: str):
    """`color`, remembered: a page uses few."""
    return color(text)


class Page:
    """A snapshot made ready for questions. O(nodes)."""

    def __init__(self, snapshot: dict, viewport: tuple[float, float]):
        document, self.strings = snapshot["documents"][0], snapshot["strings"]
        self.viewport = viewport
        self.size = (
            max(document.get("contentWidth", 0), viewport[0]),
            max(document.get("contentHeight", 0), viewport[1]),
        )
        nodes, layout = document["nodes"], document["layout"]
        self.parent, count = nodes["parentIndex"], len(nodes["parentIndex"])
        self.name = [self.strings[n] for n in nodes["nodeName"]]
        self.raw_attributes = nodes["attributes"]
        source = nodes.get("currentSourceURL", {"index": [], "value": []})
        self.source = {i: self.strings[v] for i, v in zip(source["index"], source["value"])}
        self.end = list(range(1, count + 1))
        for at in range(count - 1, 0, -1):
            up = self.parent[at]
            if up >= 0:
                self.end[up] = max(self.end[up], self.end[at])
        self.boxes: list[Box] = []
        self.of_node: dict[int, list[Box]] = {}
        lines: dict[int, list] = {}
        text_boxes = document["textBoxes"]
        for index, bounds, start, length in zip(
            text_boxes["layoutIndex"], text_boxes["bounds"], text_boxes["start"], text_boxes["length"]
        ):
            lines.setdefault(index, []).append((rect(bounds), start, length))
        self.lines = lines
        for index, node in enumerate(layout["nodeIndex"]):
            style = {n: self.strings[v] for n, v in zip(STYLES, layout["styles"][index])}
            style = style if style else dict(UNSTYLED)
            text = layout["text"][index]
            text = self.strings[text] if text >= 0 else ""
            order = layout["paintOrders"][index]
            box = Box(index, node, rect(layout["bounds"][index]), (), text, style, order)
            self.boxes.append(box)
            self.of_node.setdefault(node, []).append(box)
        self.around: list[Surroundings] = []
        self.replaced = {
            node
            for node, name in enumerate(self.name)
            if name in REPLACED and not any(n in self.of_node for n in range(node + 1, self.end[node]))
            or name in ("VIDEO", "AUDIO", "INPUT", "SELECT", "TEXTAREA", "IFRAME")
        }
        self.order_paint()
        self.viewport_scrolls()
        for at in range(count):
            self.around.append(self.surroundings(at))
        self.painted = [box for box in self.boxes if not box.text and self.paint_of(box) is not None]
        self.shown_part = {box.at: self.clip_plainly(box) for box in self.painted}
        self.canvas = self.canvas_color()

    def order_paint(self):
        """Gives each box a key by which boxes sort in the order of CSS painting.

        The snapshot numbers the paint layers. What it does not tell: within a layer, grounds of
        blocks come before floats, those before text; a box of negative `z-index` comes after the
        ground of its stacking context, before all else in it; flex and grid items, floats and
        inline blocks are painted whole.
        """
        count = len(self.parent)
        context, inner, layer = [()] * count, [(2, 0)] * count, [0] * count
        for at in range(count):
            up = self.parent[at]
            if up >= 0:
                context[at], inner[at], layer[at] = context[up], inner[up], layer[up]
            boxes = self.of_node.get(at)
            if not boxes:
                continue
            style, first = boxes[0].style, boxes[0]
            parent_style = self.style(up) if up >= 0 else {}
            is_item = "flex" in parent_style.get("display", "") or "grid" in parent_style.get("display", "")
            is_text = bool(first.text) or self.name[at] == "#text"
            if first.order != layer[at] and not is_text:
                layer[at] = first.order
                z = style["z-index"]
                rank = 1 if z.startswith("-") and (style["position"] != "static" or is_item) else 2
                inner[at] = (*context[at], rank, first.order)
                if self.stacks(style, is_item):
                    context[at] = inner[at]
                    first.key = (*inner[at], 0)
                    inner[at] = (*inner[at], 2, first.order)
                else:
                    first.key = (*inner[at], 0, first.at)
            else:
                floats = style["float"] != "none"
                inline = style["display"].startswith("inline") or at in self.replaced
                phase = 2 if is_text or inline or is_item else (1 if floats else 0)
                first.key = (*inner[at], phase, first.at)
                if not is_text and (is_item or floats or style["display"].startswith("inline-")):
                    inner[at] = first.key
            for other in boxes[1:]:
                other.key = (*inner[at], 2, other.at)

    def stacks(self, style: dict, is_item: bool) -> bool:
        """Whether a box makes a stacking context."""
        positioned = style["position"] != "static" or is_item
        return (
            style["position"] in ("fixed", "sticky")
            or (positioned and style["z-index"] != "auto")
            or style["opacity"] != "1"
            or any(style[p] != "none" for p in ("transform", "filter", "perspective", "clip-path", "mask-image"))
            or style["mix-blend-mode"] != "normal"
            or style["isolation"] == "isolate"
            or any(w in style["will-change"] for w in ("transform", "opacity", "filter"))
            or any(w in style["contain"] for w in ("paint", "layout", "strict", "content"))
        )

    def attribute(self, node: int, name: str):
        """An attribute of an element, or None."""
        flat = self.raw_attributes[node]
        for key, value in zip(flat[::2], flat[1::2]):
            if self.strings[key] == name:
                return self.strings[value] if value >= 0 else ""
        return None

    def style(self, node: int) -> dict:
        """The computed style of a node that has a box."""
        boxes = self.of_node.get(node)
        return boxes[0].style if boxes else {}

    def viewport_scrolls(self):
        """Which ways the page scrolls: `overflow` of the root, or of `body` in its place."""
        root = next((n for n, name in enumerate(self.name) if name == "HTML"), None)
        body = next((n for n, name in enumerate(self.name) if name == "BODY"), None)
        self.root, self.body = root, body
        ways = []
        self.gives_viewport = set()
        for axis in ("overflow-x", "overflow-y"):
            value = self.style(root).get(axis, "visible") if root is not None else "visible"
            if root is not None:
                self.gives_viewport.add(root)
            if value == "visible" and body is not None:
                value = self.style(body).get(axis, "visible")
                self.gives_viewport.add(body)
            ways.append(value not in ("hidden", "clip"))
        self.scroll_x, self.scroll_y = ways
        self.rtl = root is not None and self.style(root).get("direction") == "rtl"

    def surroundings(self, at: int) -> Surroundings:
        """What a node passes to its children; its own share is in it."""
        up = self.around[self.parent[at]] if self.parent[at] >= 0 else Surroundings()
        here = Surroundings(
            up.opacity, up.gone, up.flow, up.absolute, up.fixed, up.is_fixed, up.filters,
            up.marquee, up.text_clip, up.blends,
        )
        boxes = self.of_node.get(at)
        if not boxes or self.name[at] in ("#text", "#document"):
            return here
        box, style = boxes[0], boxes[0].style
        base = self.base_clip(at, up)
        position = style["position"]
        here.is_fixed = up.is_fixed or position == "fixed"
        here.flow = base
        self.fade(here, style)
        # Masks, clips and turned backs take all that is in the box along.
        whole = self.cut(here, box, style, base)
        if whole is not base:
            here.flow = here.absolute = here.fixed = whole
        holds = (
            style["transform"] != "none"
            or style["filter"] != "none"
            or style["perspective"] != "none"
            or any(w in style["contain"] for w in ("paint", "layout", "strict", "content"))
        )
        ways = (style["overflow-x"], style["overflow-y"])
        cuts = ways != ("visible", "visible") or any(
            w in style["contain"] for w in ("paint", "strict", "content")
        )
        if cuts and at not in self.gives_viewport and (style["display"] != "inline" or self.name[at] == "svg"):
            marquee = self.name[at] == "MARQUEE"
            here.marquee = here.marquee or marquee
            scroll = [marquee or w in ("auto", "scroll") for w in ways]
            open_ = [way == "visible" and not holds for way in ways]
            limits = box.box
            if open_[0]:
                limits = (float("-inf"), limits[1], float("inf"), limits[3])
            if open_[1]:
                limits = (limits[0], float("-inf"), limits[2], float("inf"))
            here.flow = Clip(limits, scroll[0], scroll[1], style["direction"] == "rtl", here.flow)
        if position != "static" or holds:
            here.absolute = here.flow
        if holds:
            here.fixed = here.flow
        return here

    def base_clip(self, at: int, up: Surroundings):
        """The clip that a node stands in, by its position."""
        position = self.style(at).get("position", "static")
        return {"absolute": up.absolute, "fixed": up.fixed}.get(position, up.flow)

    def fade(self, here: Surroundings, style: dict):
        """Opacity, filters, blending."""
        here.opacity *= float(style["opacity"] or 1) * filter_opacity(style["filter"])
        if style["filter"] != "none":
            here.filters += " " + style["filter"]
        if style["content-visibility"] == "hidden" and style["display"] != "inline":
            # The box itself is painted; what is in it is not laid out.
            here.gone = here.gone or "content-visibility"
        ground = color(style["background-color"])
        painted = style["background-image"] != "none" or (ground is not None and ground[3] > FAINT)
        here.text_clip = here.text_clip or ("text" in style["-webkit-background-clip"] and painted)
        here.blends = here.blends or style["mix-blend-mode"] != "normal"

    def cut(self, here: Surroundings, box: Box, style: dict, base):
        """`clip`, `clip-path`, masks and the back of a turned box."""
        if self.name[at := box.node] in NOT_DRAWN or self.attribute(at, "display") == "none":
            here.gone = here.gone or "not drawn"
        view = (self.attribute(at, "viewBox") or "").replace(",", " ").split()
        if self.name[at] == "svg" and len(view) == 4 and "0" in view[2:]:
            here.gone = here.gone or "empty view"
        is_inline = style["display"] == "inline" and self.name[box.node].isupper()
        if flattens(style["transform"]) and not is_inline:
            here.gone = here.gone or "transform"
        if is_empty_mask(style["mask-image"], style["mask-size"]):
            here.gone = here.gone or "mask"
        turned = style["transform"].startswith("matrix3d(") and style["backface-visibility"] == "hidden"
        if turned and float(style["transform"][9:-1].split(",")[10]) < 0:
            here.gone = here.gone or "back face"
        if style["clip-path"] not in ("none", ""):
            left = clipped(style["clip-path"], box.box)
            if left is None or self.is_empty_reference(style["clip-path"]):
                here.gone = here.gone or "clip-path"
            elif left != box.box:
                base = Clip(left, False, False, False, base)
        if style["clip"].startswith("rect(") and style["position"] in ("absolute", "fixed"):
            sides = style["clip"][5:-1].replace(",", " ").split()
            limits = (box.box[0], box.box[1], box.box[2], box.box[3])
            given = [None if s == "auto" else float(s.removesuffix("px")) for s in sides]
            top, right, bottom, left = given
            limits = (
                float("-inf") if left is None else limits[0] + left,
                float("-inf") if top is None else limits[1] + top,
                float("inf") if right is None else limits[0] + right,
                float("inf") if bottom is None else limits[1] + bottom,
            )
            if limits[2] - limits[0] < 2 or limits[3] - limits[1] < 2:
                here.gone = here.gone or "clip"
            else:
                base = Clip(limits, False, False, False, base)
        return base

    def is_empty_reference(self, shape: str) -> bool:
        """`url("#id")` of a `clipPath` without children."""
        if not shape.startswith('url("#'):
            return False
        id = shape[6:].split('"')[0]
        for at, name in enumerate(self.name):
            if name.lower() == "clippath" and self.attribute(at, "id") == id:
                return self.end[at] == at + 1
        return False

    def reach(self, box: tuple, clip: Clip | None, is_fixed: bool):
        """The part of a box that a person can bring before the eyes, or None."""
        while clip is not None:
            moved = list(box)
            for axis, scrolls in ((0, clip.scroll_x), (1, clip.scroll_y)):
                if not scrolls:
                    continue
                low, high = clip.box[axis], clip.box[axis + 2]
                ahead = box[axis + 2] > low if not (clip.rtl and axis == 0) else box[axis] < high
                if not ahead:
                    return None
                size = min(box[axis + 2] - box[axis], high - low)
                if box[axis + 2] > high or box[axis] < low:
                    moved[axis], moved[axis + 2] = low, low + size
            box = meet(moved, clip.box)
            if box is None:
                return None
            clip = clip.outer
        width, height = self.viewport
        if not is_fixed:
            width = self.size[0] if self.scroll_x else width
            height = self.size[1] if self.scroll_y else height
        left = self.viewport[0] - self.size[0] if self.rtl and self.scroll_x else 0
        return meet(box, (left, 0, width if not self.rtl else self.viewport[0], height))

    def clip_plainly(self, box: Box):
        """The part of a painted box that its clips leave as the page stands."""
        part, clip = box.box, self.base_clip(box.node, self.up(box.node))
        while clip is not None and part is not None:
            part, clip = meet(part, clip.box), clip.outer
        return part

    def up(self, node: int) -> Surroundings:
        """The surroundings of a node's parent."""
        return self.around[self.parent[node]] if self.parent[node] >= 0 else Surroundings()

    def paint_of(self, box: Box):
        """What a box paints: a color with alpha, "picture", or None."""
        style = box.style
        if style["visibility"] != "visible":
            return None
        image = style["background-image"]
        if "inset" in style["box-shadow"]:
            return "picture"
        flat = color_of(style["background-color"])
        if "text" in style["-webkit-background-clip"]:
            return None
        if image != "none":
            stops = colors_in(image) if "gradient(" in image else []
            if stops and not differs_any(stops) and stops[0][3] > 0.95:
                return stops[0]
            return "picture"
        if box.node in self.replaced:
            return "picture"
        return flat if flat and flat[3] > 0 else None

    def canvas_color(self):
        """The color of the page itself."""
        for node in (self.root, self.body):
            if node is not None:
                flat = color_of(self.style(node).get("background-color", "transparent"))
                if flat and flat[3] > 0:
                    return over(flat, CANVAS)
        return CANVAS

    def backdrop(self, box: tuple, key: tuple, is_fixed: bool):
        """The color behind a piece, or "picture"."""
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        found = self.canvas
        under = [b for b in self.painted if b.key < key]
        for other in sorted(under, key=lambda b: b.key):
            part = self.shown_part[other.at]
            if part is None or not (part[0] <= x <= part[2] and part[1] <= y <= part[3]):
                continue
            around = self.around[other.node]
            if around.opacity < FAINT or around.gone in ("mask", "clip-path", "clip"):
                continue
            if around.is_fixed and not is_fixed:
                continue
            paint = self.paint_of(other)
            if paint == "picture":
                found = "picture"
            elif found != "picture" or paint[3] * around.opacity > 0.95:
                under_it = CANVAS if found == "picture" else found
                found = over((*paint[:3], paint[3] * around.opacity), under_it)
        return found

    def gradient_behind(self, line: tuple, key: tuple) -> list:
        """The stops of the topmost ground, when it is an opaque gradient."""
        x, y = (line[0] + line[2]) / 2, (line[1] + line[3]) / 2
        under = []
        for other in self.painted:
            part = self.shown_part[other.at]
            if other.key < key and part and part[0] <= x <= part[2] and part[1] <= y <= part[3]:
                under.append(other)
        if not under:
            return []
        image = max(under, key=lambda b: b.key).style["background-image"]
        stops = colors_in(image) if "gradient(" in image and "url(" not in image else []
        return stops if all(stop[3] > 0.95 for stop in stops) else []

    def is_covered(self, box: tuple, key: tuple, anchor: int, is_fixed: bool) -> bool:
        """Whether an opaque box that is painted later lies over all of a piece."""
        area = (box[2] - box[0]) * (box[3] - box[1])
        for other in self.painted:
            if other.key <= key or anchor <= other.node < self.end[anchor]:
                continue
            part = self.shown_part[other.at]
            around = self.around[other.node]
            if part is None or around.opacity < 0.95 or around.gone or self.ignores(other):
                continue
            if around.is_fixed and not is_fixed and self.size[1] > self.viewport[1] * 1.05:
                whole = meet(part, (0, 0, *self.viewport))
                share = (whole[2] - whole[0]) * (whole[3] - whole[1]) if whole else 0
                if share < 0.95 * self.viewport[0] * self.viewport[1]:
                    continue
                return True
            common = meet(part, box)
            if common and (common[2] - common[0]) * (common[3] - common[1]) >= 0.97 * area:
                return True
        return False

    def ignores(self, other: Box) -> bool:
        """Whether a painted box does not cover: it is not opaque, or its picture was not loaded."""
        paint = self.paint_of(other)
        if paint == "picture":
            is_image = self.name[other.node] == "IMG"
            return not (is_image and self.source.get(other.node, "").startswith("data:image/svg"))
        return paint[3] < 0.95

    def text_verdict(self, box: Box, line: tuple, anchor: int):
        """Whether one line of text is seen."""
        around, style = self.up(box.node), box.style
        element = self.parent[box.node] if self.name[box.node] == "#text" else box.node
        around = self.around[element]
        reached, why = self.common(box, line, around)
        if reached is None:
            return False, why
        if line[3] - line[1] < TEXT_HEIGHT:
            return False, "font size"
        part = (min(reached[2] - reached[0], 1e9), reached[3] - reached[1])
        if part[0] < 2 or part[1] < 4:
            return False, "clipped"
        if self.is_covered(line, box.key, anchor, around.is_fixed):
            return False, "covered"
        ink = color_of(style["-webkit-text-fill-color"]) or color_of(style["color"])
        if self.name[element] in ("text", "tspan"):
            ink = None if style["fill"] == "none" else color_of(style["fill"])
            if ink is None:
                return False, "fill"
            ink = (*ink[:3], ink[3] * float(style["fill-opacity"] or 1))
        if style["text-shadow"] != "none" or around.blends:
            return True, "shadow or blend"
        if around.text_clip:
            return True, "background clipped to text"
        if ink is None:
            return None, "color not read"
        if self.decorated(style, line, box, around):
            return True, "decoration"
        behind = self.backdrop(line, box.key, around.is_fixed)
        if ink[3] * around.opacity < FAINT:
            return False, "color"
        if behind == "picture":
            stops = self.gradient_behind(line, box.key)
            if stops and all(differs(over(ink, stop), stop, STEP) for stop in stops):
                return True, "text on a gradient"
            return None, "on a picture"
        shown = over((*ink[:3], ink[3] * around.opacity), behind)
        shown, behind = filtered(around.filters, shown), filtered(around.filters, behind)
        return (True, "text") if differs(shown, behind, STEP) else (False, "color")

    def decorated(self, style: dict, line: tuple, box: Box, around: Surroundings) -> bool:
        """A line under the text of two pixels or more, in a color of its own."""
        thickness = style["text-decoration-thickness"].removesuffix("px")
        if style["text-decoration-line"] == "none" or not thickness.replace(".", "").isdigit():
            return False
        ink = color_of(style["text-decoration-color"])
        behind = self.backdrop(line, box.key, around.is_fixed)
        if float(thickness) < 2 or ink is None or behind == "picture":
            return False
        return differs(over((*ink[:3], ink[3] * around.opacity), behind), behind, STEP)

    def common(self, box: Box, part: tuple, around: Surroundings):
        """What holds for every piece: shown at all, not faint, within reach."""
        if box.style["visibility"] != "visible":
            return None, "visibility"
        if around.gone:
            return None, around.gone
        if around.opacity < FAINT:
            return None, "opacity"
        if part[2] - part[0] < 0.5 or part[3] - part[1] < 0.5:
            return None, "size"
        clip = around.flow if box.text else self.base_of(box)
        reached = self.reach(part, clip, around.is_fixed)
        if reached is None:
            return None, "off screen or clipped"
        return reached, ""

    def base_of(self, box: Box):
        """The clip around a box that is no text."""
        return self.base_clip(box.node, self.up(box.node))

    def box_verdict(self, box: Box, anchor: int):
        """Whether a box that is no text is seen; None, "" when it paints nothing."""
        name = self.name[box.node]
        around = self.around[box.node]
        is_shape = name in SHAPES and name != "text"
        paint = self.paint_of(box)
        borders = self.border_color(box.style)
        if paint is None and borders is None and not is_shape:
            return None, ""
        around_box = around
        if around.gone == "content-visibility":
            around_box = self.up(box.node)
        reached, why = self.common(box, box.box, around_box)
        if reached is None:
            return False, why
        sides = sorted((reached[2] - reached[0], reached[3] - reached[1]))
        if sides[0] < 2 or sides[1] < 4:
            return False, "size"
        if self.is_covered(box.box, box.key, anchor, around.is_fixed):
            return False, "covered"
        if is_shape:
            has = [box.style["fill"], box.style["stroke"]]
            return (True, "shape") if any(h != "none" for h in has) else (False, "fill")
        if paint == "picture":
            return self.picture_verdict(box)
        behind = self.backdrop(box.box, box.key, around.is_fixed)
        if behind == "picture":
            return True, "box on a picture"
        for ink in (paint, borders):
            if ink and differs(over((*ink[:3], ink[3] * around.opacity), behind), behind, STEP):
                return True, "box"
        return None, ""

    def picture_verdict(self, box: Box):
        """An image that loaded is seen; one that did not is its box, if it has one to tell by."""
        source = self.source.get(box.node, "")
        if self.name[box.node] == "IMG" and any(self.attribute(box.node, lazy) for lazy in LAZY):
            return None, "an image that a script loads"
        if source.startswith("data:image/gif;base64,R0lGODlhAQAB"):
            return None, ""
        return True, "picture"

    @staticmethod
    def border_color(style: dict):
        """The color of a border that is drawn, or None."""
        for side in ("top", "left", "bottom"):
            drawn = style[f"border-{side}-style"] not in ("none", "hidden")
            ink = color_of(style[f"border-{side}-color"])
            if drawn and float(style[f"border-{side}-width"].removesuffix("px")) >= 1 and ink and ink[3] > 0:
                return ink
        return None

    def anchor(self, at: int):
        """The verdict on one anchor or area."""
        if self.name[at].upper() == "AREA":
            return self.area(at)
        why, unsure, has_content = "", None, False
        for node in range(at, self.end[at]):
            for box in self.of_node.get(node, ()):
                for seen, reason in self.pieces(box, at):
                    if seen:
                        return True, reason
                    if seen is None and reason:
                        unsure = unsure or reason
                    if seen is False:
                        has_content = has_content or bool(box.text)
                        why = why or reason
        if unsure:
            return None, unsure
        lost = self.lost_image(at)
        if lost and not why:
            return None, lost
        if not has_content and self.covers_content(at):
            return True, "area over other content"
        if not any(node in self.of_node for node in range(at, self.end[at])):
            return False, "no box"
        return False, why or "nothing in it"

    def pieces(self, box: Box, anchor: int):
        """The verdicts on the lines of a text, or on a box."""
        if not box.text:
            yield self.box_verdict(box, anchor)
            return
        for line, start, length in self.lines.get(box.at, ()):
            shown = utf16(box.text, start, length)
            if any(not c.isspace() and c not in BLANK for c in shown):
                verdict, why = self.text_verdict(box, line, anchor)
                if verdict and is_speck(shown) and len(box.text.strip()) <= 2:
                    verdict, why = self.speck(box, anchor)
                yield verdict, why

    def speck(self, box: Box, anchor: int):
        """A dot or a comma is too small to be seen as a link, unless other pieces stand with it."""
        return False, "a speck"

    def lost_image(self, at: int):
        """An image without a size whose picture was not loaded: nobody can tell."""
        for node in range(at, self.end[at]):
            if self.name[node] == "IMG" and self.attribute(node, "src"):
                if not self.attribute(node, "src").startswith("data:"):
                    sized = self.attribute(node, "width"), self.attribute(node, "height")
                    if not any(s is not None and s.strip() in ("0", "1") for s in sized):
                        return "an image that was not loaded"
        return None

    def covers_content(self, at: int) -> bool:
        """An empty anchor laid over something that is seen, as whole cards are linked."""
        for node in range(at, self.end[at]):
            for box in self.of_node.get(node, ()):
                part = box.box
                around = self.around[node]
                if box.text or around.gone or around.opacity < FAINT:
                    continue
                if box.style["visibility"] != "visible":
                    continue
                part = self.reach(part, self.base_of(box), around.is_fixed)
                if part is None or part[2] - part[0] < 20 or part[3] - part[1] < 20:
                    continue
                for other in self.boxes:
                    inside = at <= other.node < self.end[at]
                    if inside or not (other.text.strip() or other.node in self.replaced):
                        continue
                    if meet(other.box, part) and other.style["visibility"] == "visible":
                        return True
        return False

    def area(self, at: int):
        """An area is seen when enough of it lies on an image that is."""
        up = self.parent[at]
        while up >= 0 and self.name[up] != "MAP":
            up = self.parent[up]
        name = self.attribute(up, "name") if up >= 0 else None
        for image, tag in enumerate(self.name):
            if tag not in ("IMG", "OBJECT") or not name or image not in self.of_node:
                continue
            if (self.attribute(image, "usemap") or "").lstrip("#") != name:
                continue
            seen, why = self.box_verdict(self.of_node[image][0], image)
            box = self.of_node[image][0].box
            width, height = box[2] - box[0], box[3] - box[1]
            if not seen:
                return False, "image of the map: " + why
            covered = area_box(self.attribute(at, "shape"), self.attribute(at, "coords"), width, height)
            part = meet(covered, (0, 0, width, height)) if covered else None
            if part and part[2] - part[0] >= 4 and part[3] - part[1] >= 4:
                return True, "area of an image"
            return False, "area without a surface"
        return False, "map of no image"

    def anchors(self) -> list[tuple[str, str, tuple]]:
        """Every `a` and `area` with an address, in document order: name, href as written, verdict."""
        found = []
        for at, name in enumerate(self.name):
            if name.upper() in ("A", "AREA"):
                href = self.attribute(at, "href")
                if href is None:
                    href = self.attribute(at, "xlink:href")
                if href is not None:
                    found.append((name.lower(), href, self.anchor(at)))
        return found


def flattens(transform: str) -> bool:
    """Whether a matrix leaves no area."""
    if not transform.startswith("matrix("):
        return False
    a, b, c, d = (float(n) for n in transform[7:-1].split(",")[:4])
    return abs(a * d - b * c) < 1e-5


def differs_any(stops: list) -> bool:
    """Whether a gradient has more than one color."""
    return any(differs(one, stops[0], 3) or abs(one[3] - stops[0][3]) > 0.02 for one in stops[1:])


def utf16(text: str, start: int, length: int) -> str:
    """A part of a text that is counted in UTF-16 units."""
    if text.isascii():
        return text[start : start + length]
    return text.encode("utf-16-le", "surrogatepass")[2 * start : 2 * (start + length)].decode(
        "utf-16-le", "replace"
    )


def is_speck(text: str) -> bool:
    """Marks of a few pixels."""
    return all(c in ".,:;'`·|_- \u00a0" for c in text)


def area_box(shape, coords, width: float, height: float):
    """The box around an `area`, or None when it has no surface."""
    shape = (shape or "rect").strip().lower()
    if shape == "default":
        return (0, 0, width, height)
    numbers = []
    for part in (coords or "").replace(";", ",").replace(" ", ",").split(","):
        try:
            numbers.append(float(part.strip().rstrip("%")))
        except ValueError:
            continue
    if shape.startswith("circ") and len(numbers) >= 3:
        x, y, r = numbers[:3]
        return (x - r, y - r, x + r, y + r) if r > 0 else None
    if shape.startswith("poly") and len(numbers) >= 6:
        xs, ys = numbers[::2], numbers[1::2]
        return (min(xs), min(ys), max(xs), max(ys))
    if len(numbers) >= 4:
        return (
            min(numbers[0], numbers[2]), min(numbers[1], numbers[3]),
            max(numbers[0], numbers[2]), max(numbers[1], numbers[3]),
        )
    return None
