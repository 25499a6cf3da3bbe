//! Concealment by style: declarations that make a plain link unseen.

use model::Technique as T;

use super::Slot;
use super::draft::Draft;

/// Declarations that conceal a link: on a box around it, on the link, or as a rule of its own in which
/// `@` stands for the link's selector.
#[derive(Debug, Clone, Copy)]
pub(in crate::marketplace) struct Veil {
    outer: &'static str,
    inner: &'static str,
    rule: &'static str,
}

const fn inner(inner: &'static str) -> Veil {
    Veil {
        outer: "",
        inner,
        rule: "",
    }
}

const fn outer(outer: &'static str) -> Veil {
    Veil {
        outer,
        inner: "",
        rule: "",
    }
}

const fn rule(rule: &'static str) -> Veil {
    Veil {
        outer: "",
        inner: "",
        rule,
    }
}

/// The veils of a technique; the halves take turns among them.
pub(in crate::marketplace) const VEILS: &[(T, &[Veil])] = &[
    (
        T::DISPLAY_NONE,
        &[
            inner("display:none"),
            outer("display:none"),
            outer("display:none!important"),
            inner("DISPLAY : none"),
        ],
    ),
    (
        T::VISIBILITY_HIDDEN,
        &[
            inner("visibility:hidden"),
            outer("visibility:hidden"),
            inner("visibility:collapse"),
        ],
    ),
    (
        T::OPACITY,
        &[
            inner("opacity:0"),
            outer("opacity:0"),
            inner("filter:opacity(0)"),
            outer("opacity:.01"),
        ],
    ),
    (
        T::CONTENT_VISIBILITY,
        &[
            outer("content-visibility:hidden"),
            outer("content-visibility:hidden;contain-intrinsic-size:0 40px"),
        ],
    ),
    (
        T::ZERO_SIZE,
        &[
            outer("width:0;height:0;overflow:hidden"),
            outer("width:1px;height:1px;overflow:hidden;position:absolute"),
            outer("height:0;overflow:hidden"),
            inner("display:inline-block;width:1px;height:1px;overflow:hidden"),
        ],
    ),
    (
        T::MAX_SIZE_ZERO,
        &[
            outer("max-height:0;overflow:hidden"),
            outer("max-width:0;overflow:hidden;white-space:nowrap"),
            Veil {
                outer: "display:grid;grid-template-rows:0fr",
                inner: "overflow:hidden;min-height:0",
                rule: "",
            },
        ],
    ),
    (
        T::CLIP_RECT,
        &[
            inner("position:absolute;clip:rect(0,0,0,0)"),
            inner("position:absolute;clip:rect(1px 1px 1px 1px)"),
        ],
    ),
    (
        T::CLIP_PATH,
        &[
            inner("display:inline-block;clip-path:inset(50%)"),
            inner("display:inline-block;clip-path:circle(0)"),
            outer("clip-path:polygon(0 0,0 0,0 0)"),
            outer("clip-path:inset(100% 0 0 0)"),
        ],
    ),
    (
        T::MASK,
        &[
            inner(
                "display:inline-block;-webkit-mask-image:linear-gradient(transparent,transparent);mask-image:linear-gradient(transparent,transparent)",
            ),
            outer("mask:linear-gradient(rgba(0,0,0,0),rgba(0,0,0,0))"),
        ],
    ),
    (
        T::OFFSCREEN,
        &[
            inner("position:absolute;left:-9999px"),
            inner("position:fixed;top:-4000px;left:0"),
            outer("position:absolute;left:-151876233px;top:-1518px"),
            outer("position:fixed;right:-7000px"),
        ],
    ),
    (
        T::NEGATIVE_MARGIN,
        &[
            inner("display:block;margin-left:-9999px"),
            outer("margin-left:-6000px;width:300px"),
            outer("float:left;margin-left:-12000px"),
        ],
    ),
    (
        T::TEXT_INDENT,
        &[
            inner("display:block;text-indent:-9999px;white-space:nowrap;overflow:hidden"),
            outer("text-indent:-8000px;overflow:hidden;white-space:nowrap"),
        ],
    ),
    (
        T::TRANSFORM,
        &[
            inner("display:inline-block;transform:scale(0)"),
            inner("display:inline-block;transform:translateX(-10000px)"),
            outer("transform:scaleY(0)"),
            outer("transform:rotateX(90deg)"),
            inner("display:inline-block;scale:0"),
        ],
    ),
    (
        T::BACKFACE,
        &[
            inner("display:inline-block;transform:rotateY(180deg);backface-visibility:hidden"),
            outer("transform:rotateX(180deg);backface-visibility:hidden"),
        ],
    ),
    (
        T::FONT_SIZE,
        &[
            inner("font-size:0"),
            inner("font-size:1px"),
            outer("font:0/0 a"),
            outer("font-size:calc(1px - 1px)"),
        ],
    ),
    (
        T::LINE_METRICS,
        &[
            outer("line-height:0;height:0;overflow:hidden"),
            inner("letter-spacing:-1em;font-size:12px"),
            outer("line-height:0;overflow:hidden"),
        ],
    ),
    (
        T::SAME_COLOR,
        &[
            Veil {
                outer: "background:#ffffff",
                inner: "color:#ffffff;text-decoration:none",
                rule: "",
            },
            Veil {
                outer: "background:#f4f4f0",
                inner: "color:#f4f4ef;text-decoration:none",
                rule: "",
            },
            inner("color:transparent;text-decoration:none"),
            inner("color:rgba(20,20,20,0);text-decoration:none"),
        ],
    ),
    (
        T::CONDITIONAL_CSS,
        &[
            rule("@media screen{@{display:none}}"),
            rule("@{display:none}@media (max-width:1px){@{display:inline}}"),
            rule("@media screen and (min-width:1px){@{visibility:hidden}}"),
            rule("@{display:none}@media print{@{display:inline}}"),
        ],
    ),
    (
        T::STATE_CSS,
        &[
            rule("@{opacity:0;transition:opacity 1s 99999s}"),
            rule(
                "@{visibility:hidden;animation:shown 1s 86400s forwards}@keyframes shown{to{visibility:visible}}",
            ),
            rule("@{opacity:0}@:active{opacity:1}"),
        ],
    ),
    (
        T::MEDIA_CLOAKING,
        &[
            rule("@{display:none}@media (prefers-contrast:more){@{display:inline}}"),
            rule("@{display:none}@media (prefers-reduced-data:reduce){@{display:inline}}"),
        ],
    ),
    (
        T::OVERFLOW,
        &[
            Veil {
                outer: "position:relative;overflow:hidden;height:24px;width:200px",
                inner: "position:absolute;top:300px;left:0",
                rule: "",
            },
            Veil {
                outer: "position:relative;overflow:hidden;width:120px;height:30px",
                inner: "position:absolute;left:400px;top:0",
                rule: "",
            },
            Veil {
                outer: "overflow:clip;height:20px;width:160px",
                inner: "display:block;margin-top:80px",
                rule: "",
            },
        ],
    ),
    (
        T::BELOW_FOLD,
        &[
            inner("position:fixed;top:150vh;left:0"),
            inner("position:fixed;left:130vw;top:10px"),
        ],
    ),
    (
        T::FAR_AWAY,
        &[
            outer("margin-top:50000px"),
            outer("position:absolute;top:80000px;left:0"),
            outer("padding-top:64000px"),
        ],
    ),
    (
        T::TINY_TEXT,
        &[
            outer("font-size:2px;line-height:2px"),
            inner("font-size:1.5px"),
        ],
    ),
    (
        T::NO_AFFORDANCE,
        &[
            inner("color:inherit;text-decoration:none;cursor:text"),
            inner("color:inherit;text-decoration:none;cursor:default;font:inherit"),
        ],
    ),
    (
        T::POINTER_EVENTS,
        &[
            inner("pointer-events:none;cursor:default"),
            inner("pointer-events:none;user-select:none"),
        ],
    ),
];

/// The veils of `technique`.
pub(in crate::marketplace) fn veils(technique: T) -> Option<&'static [Veil]> {
    VEILS
        .iter()
        .find(|(one, _)| *one == technique)
        .map(|(_, veils)| *veils)
}

/// Puts a link under the veils of `techniques`, one upon the other, by attributes, by a style element
/// or by a sheet that is linked.
pub(in crate::marketplace) fn veiled(draft: &mut Draft<'_>, techniques: &[T]) {
    let mut together = Veil {
        outer: "",
        inner: "",
        rule: "",
    };
    let (mut outer, mut inner) = (String::new(), String::new());
    for technique in techniques {
        let Some(veil) = veils(*technique).and_then(|veils| draft.shape(veils)) else {
            continue;
        };
        join(&mut outer, veil.outer);
        join(&mut inner, veil.inner);
        if !veil.rule.is_empty() {
            together.rule = veil.rule;
        }
    }
    draft.by(techniques);
    let is_linked = techniques.contains(&T::REMOTE_SHEET);
    // Half of the other veils stand in attributes, where no rule is needed.
    if !is_linked && together.rule.is_empty() && draft.chance.percent(50) {
        let attribute = |style: &str| {
            if style.is_empty() {
                String::new()
            } else {
                format!(" style=\"{style}\"")
            }
        };
        let link = draft.anchor(&attribute(&inner));
        let boxed = attribute(&outer);
        draft.put(format!("<div{boxed}>{link}</div>"));
        return;
    }
    let (around, own) = (draft.class(), draft.class());
    let mut sheet = String::new();
    if !outer.is_empty() {
        sheet += &format!(".{around}{{{outer}}}");
    }
    if !inner.is_empty() {
        sheet += &format!(".{own}{{{inner}}}");
    }
    sheet += &together
        .rule
        .replace('@', "\u{1}")
        .replace("\u{1}media", "@media")
        .replace("\u{1}keyframes", "@keyframes")
        .replace('\u{1}', &format!(".{own}"));
    let link = draft.anchor(&format!(" class=\"{own}\""));
    let markup = format!("<div class=\"{around}\">{link}</div>");
    if is_linked {
        let address = draft.file(".css", "text/css; charset=utf-8", sheet);
        draft.put_in(
            Slot::Head,
            format!("<link rel=\"stylesheet\" href=\"{address}\">"),
        );
        draft.put(markup);
    } else {
        draft.put(format!("<style>{sheet}</style>{markup}"));
    }
}

fn join(all: &mut String, more: &str) {
    if !all.is_empty() && !more.is_empty() {
        all.push(';');
    }
    all.push_str(more);
}
