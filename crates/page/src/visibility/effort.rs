//! The steps of questions that take more than one element.

use std::cell::Cell;
use std::rc::Rc;

use super::Judge;

/// Steps for one page, the documents within it included.
const STEPS: usize = 2_000_000;

/// A step reads so many bytes of text.
const BYTES: usize = 16;

/// Why it is not known whether something is seen, once there are no steps left.
pub(super) const SPENT: &str =
    "the page has more boxes and text around its links than are looked at";

/// The steps that were asked for on a page, by all that share it.
#[derive(Debug, Clone)]
pub(crate) struct Effort(Rc<Cell<usize>>);

impl Effort {
    /// For a page on which none was asked for.
    pub(crate) fn of_page() -> Self {
        Self(Rc::new(Cell::new(0)))
    }

    /// Asks for some steps: whether they are left.
    fn spend(&self, steps: usize) -> bool {
        let asked = self.0.get().saturating_add(steps);
        self.0.set(asked);
        asked <= STEPS
    }

    /// Whether steps were asked for that were not left.
    pub(super) fn is_spent(&self) -> bool {
        self.0.get() > STEPS
    }
}

impl Judge<'_, '_> {
    /// Asks for the step to one more element: whether it is left. Who gets none says that nothing
    /// was found, and `in_place` that this is not known.
    pub(super) fn spend(&self) -> bool {
        self.effort.spend(1)
    }

    /// Asks for the steps to read a text.
    pub(super) fn spend_on(&self, text: &str) -> bool {
        self.effort.spend(1 + text.len() / BYTES)
    }
}

#[cfg(test)]
mod tests {
    use model::Visibility;

    use super::*;
    use crate::css::cascade::Cascade;
    use crate::css::media;
    use crate::css::rule_set::RuleSet;
    use crate::document::OffsetMap;
    use crate::outline::Outline;
    use crate::parse::parse;
    use crate::visibility::reveal::Reveals;

    /// What comes out for the links of a page, in order, and how many steps were asked for.
    fn judged(css: &str, html: &str) -> (Vec<Visibility>, usize) {
        let parsed = parse(html);
        let map = OffsetMap::identity(html.len());
        let outline = Outline::of(&parsed, &map);
        let mut rules = RuleSet::default();
        rules.add_sheet(css, media::ALL, None);
        let cascade = Cascade::run(&outline, &rules);
        let judge = Judge {
            outline: &outline,
            rules: &rules,
            cascade: &cascade,
            reveals: Reveals::of_page(&outline),
            misses_sheets: false,
            effort: Effort::of_page(),
        };
        let links = (0..outline.items.len()).filter(|&at| outline.name(at) == "a");
        let found = links.map(|at| judge.anchor(at)).collect();
        (found, judge.effort.0.get())
    }

    fn is_spent(found: &Visibility) -> bool {
        matches!(found, Visibility::Unknown(why, _) if why == SPENT)
    }

    #[test]
    fn what_there_are_no_steps_to_look_at_is_unknown() {
        let links = "<a href=/x>link</a>".repeat(600);
        let rows = format!("<div class=r>{}", "<b class=i></b>".repeat(150)).repeat(100);
        let words = format!("<div class=n><i>{}</i>", "word ".repeat(60_000));
        let covers = format!(
            "<div class=k>{}<div class=z>{}",
            "<p class=c></p>".repeat(64),
            "<div>".repeat(400)
        );
        let sunk = format!("{}<div class=y>", "<p class=e></p>".repeat(150)).repeat(40);
        let layers = format!("<div class=k>{}", "<p></p>".repeat(150)).repeat(40);
        let columns = format!(
            "<table><colgroup>{}<tr>{}<td>",
            "<col class=v>".repeat(1_500),
            "<td colspan=1000>".repeat(3)
        );
        let pages = [
            (
                ".r{display:flex;overflow:hidden}.i{flex:0 0 .001%}.s{min-width:200%}",
                format!("<p class=s>x</p>{rows}"),
            ),
            (
                ".n{white-space:nowrap;overflow:hidden;width:900000px;height:9px}",
                words,
            ),
            (
                ".k{position:relative}.z{position:relative;z-index:2}\
                .c{position:absolute;inset:0;background:#fff;z-index:1}",
                covers,
            ),
            (
                ".y{position:absolute;z-index:-1;left:0;top:0}.e{background:#fff}",
                sunk,
            ),
            (".k{position:relative;background:#fff}a{color:#fff}", layers),
            (".v{visibility:collapse}", columns),
        ];
        for (css, html) in pages {
            let (found, asked) = judged(css, &format!("{html}{links}"));
            assert!(asked > STEPS, "{css}: {asked}");
            // Who gets no step asks for few more.
            assert!(asked < STEPS + STEPS / 20, "{css}: {asked}");
            let first = found.iter().position(is_spent).unwrap_or(found.len());
            assert!((1..600).contains(&first), "{css}: {first}");
            assert!(found[first..].iter().all(is_spent), "{css}");
        }
    }

    #[test]
    fn a_link_in_a_box_that_cuts_takes_few_steps() {
        let html = format!(
            "<div class=o>{}<p><a href=/x>link</a></div>",
            "<p>text</p>".repeat(10)
        );
        let (found, asked) = judged(".o{overflow:hidden;height:900px}", &html);
        assert_eq!(found, [Visibility::Visible]);
        assert!((10..100).contains(&asked), "{asked}");
    }
}
