"""Computed colors, filters and shapes, as Chromium writes them out."""

import re

NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?"
CANVAS = (255.0, 255.0, 255.0, 1.0)


def color(text: str):
    """`rgb()`, `rgba()` or `color(srgb ...)` as (r, g, b, alpha), 0 to 255 and 0 to 1; else None."""
    text = text.strip()
    numbers = [float(n) for n in re.findall(NUMBER, text)]
    if text.startswith("rgb") and len(numbers) >= 3:
        return (*numbers[:3], numbers[3] if len(numbers) > 3 else 1.0)
    if text.startswith("color(srgb ") and len(numbers) >= 3:
        return (*(255 * n for n in numbers[:3]), numbers[3] if len(numbers) > 3 else 1.0)
    if text == "transparent":
        return (0.0, 0.0, 0.0, 0.0)
    white = re.match(r"(?:oklch|lab|lch|oklab)\((1|100|100%) 0 0", text)
    if white:
        return CANVAS
    return None


def colors_in(text: str) -> list:
    """Every color of a gradient."""
    found = re.findall(r"(?:rgba?|color)\([^()]*\)|\btransparent\b", text)
    return [c for c in map(color, found) if c is not None]


def over(top, under):
    """`top` painted on an opaque `under`."""
    a = top[3]
    return (*(a * t + (1 - a) * u for t, u in zip(top[:3], under[:3])), 1.0)


def differs(one, other, step: float) -> bool:
    """Whether two opaque colors differ by `step` of 255 in some channel."""
    return max(abs(a - b) for a, b in zip(one[:3], other[:3])) >= step


def filtered(filters: str, c):
    """What the extremes of `brightness` and `contrast` make of a color."""
    for name, number, percent in re.findall(rf"(brightness|contrast)\(({NUMBER})(%?)\)", filters):
        by = float(number) / (100 if percent else 1)
        if name == "brightness":
            channels = [min(255.0, x * by) for x in c[:3]]
        else:
            channels = [min(255.0, max(0.0, (x - 127.5) * by + 127.5)) for x in c[:3]]
        c = (*channels, c[3])
    return c


def filter_opacity(filters: str) -> float:
    """What a filter leaves of the opacity; a blur over any letter's size leaves nothing."""
    left = 1.0
    for number, percent in re.findall(rf"opacity\(({NUMBER})(%?)\)", filters):
        left *= float(number) / (100 if percent else 1)
    for number in re.findall(rf"blur\(({NUMBER})px\)", filters):
        left *= 0.0 if float(number) >= 30 else 1.0
    return left


def is_empty_mask(image: str, size: str) -> bool:
    """Whether a mask lets nothing through."""
    if image in ("", "none"):
        return False
    stops = colors_in(image)
    if re.match(r"0(px|%)?( 0(px|%)?)?$", size):
        return True
    return "gradient(" in image and bool(stops) and all(c[3] < 0.05 for c in stops)


def clipped(shape: str, box):
    """The part of a box that a `clip-path` leaves, as a box; None when it leaves nothing."""
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    name, _, inside = shape.partition("(")
    inside = inside.rsplit(")", 1)[0]

    def px(token: str, whole: float) -> float:
        found = re.match(NUMBER, token)
        if found is None:
            return 0.0
        return float(found[0]) * (whole / 100 if token.endswith("%") else 1)

    if name == "inset":
        sides = inside.split(" round")[0].split()
        sides = [sides[0], sides[1 % len(sides)], sides[2 % len(sides)], sides[-1]] if sides else []
        if len(inside.split(" round")[0].split()) == 2:
            sides = [sides[0], sides[1], sides[0], sides[1]]
        t, r, b, l = px(sides[0], height), px(sides[1], width), px(sides[2], height), px(sides[3], width)
        part = (left + l, top + t, right - r, bottom - b)
        return part if part[2] - part[0] > 1 and part[3] - part[1] > 1 else None
    if name in ("circle", "ellipse"):
        radii = inside.split(" at ")[0].split()
        if any(re.match(NUMBER, r) and px(r, max(width, height)) < 1 for r in radii):
            return None
    if name == "polygon":
        points = [p.split() for p in inside.split(",") if "evenodd" not in p]
        points = [(px(p[0], width), px(p[1], height)) for p in points if len(p) == 2]
        doubled = sum(
            a[0] * b[1] - b[0] * a[1] for a, b in zip(points, points[1:] + points[:1], strict=True)
        )
        if abs(doubled) < 4:
            return None
    if name == "path":
        numbers = [float(n) for n in re.findall(NUMBER, inside)]
        if numbers and max(numbers) - min(numbers) < 1:
            return None
    return box
