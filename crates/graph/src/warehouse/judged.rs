//! Classes of the hops of a warehouse, and what of it is off the template.

use model::{EffectiveClass, HopKind, PageId, VisibilityState};

use super::standing::{Standing, candidates, counts};
use super::{Hops, NONE, Warehouse, number};
use crate::Because;
use crate::classes::{Class, ClassSettings, Decider, Survey, is_taken};
use crate::frozen::{BuildError, Frozen, FrozenHop};
use crate::template::{TemplateCounts, TemplateRules, may_be_slot};

/// How much the template took out of the search.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Taken {
    /// Shown hops to other sites, by the slot rule.
    pub by_slot: u64,
    /// Covert hops, by the target rule.
    pub by_target: u64,
}

/// The class of every hop of a warehouse, one byte each, the template taken out.
#[derive(Debug, Clone)]
pub struct WarehouseClasses {
    of_hop: Vec<EffectiveClass>,
    rules: TemplateRules,
    taken: Taken,
}

impl WarehouseClasses {
    /// Class of a hop, by its number.
    #[must_use]
    pub fn of(&self, hop: u32) -> EffectiveClass {
        self.of_hop[hop as usize]
    }

    /// How much the template took out.
    #[must_use]
    pub const fn taken(&self) -> Taken {
        self.taken
    }

    /// What is the template's.
    #[must_use]
    pub const fn rules(&self) -> &TemplateRules {
        &self.rules
    }

    /// How many hops have each class, in the order of the classes.
    #[must_use]
    pub fn counts(&self) -> Vec<(EffectiveClass, u64)> {
        let mut counts: Vec<_> = EffectiveClass::ALL
            .iter()
            .map(|class| (*class, 0))
            .collect();
        for class in &self.of_hop {
            if let Some((_, count)) = counts.iter_mut().find(|(known, _)| known == class) {
                *count += 1;
            }
        }
        counts
    }
}

impl Warehouse {
    /// Derives the class of every hop by the rules that a crawl's hops are classed by.
    ///
    /// Time O(V + E), plus O(c log c) for the c covert hops. Memory: 2 bytes for each hop, 17 for each
    /// page, 4 for each site, 80 for each covert hop.
    #[must_use]
    pub fn classes(&self, settings: &ClassSettings) -> WarehouseClasses {
        Standing::of(self, settings).into_classes()
    }

    /// What the template rules count of this warehouse, given the classes before the template is
    /// taken out: those of a shard are merged with those of the others.
    #[must_use]
    pub fn template(&self, of_hop: &[EffectiveClass]) -> TemplateCounts {
        counts(self, of_hop, &candidates(self, of_hop))
    }

    /// Takes out what the rules say is the template's.
    pub(super) fn settled(
        &self,
        rules: TemplateRules,
        plain: &[EffectiveClass],
    ) -> WarehouseClasses {
        let mut of_hop = plain.to_vec();
        let taken = self.settle(&rules, &mut of_hop);
        WarehouseClasses {
            of_hop,
            rules,
            taken,
        }
    }

    fn settle(&self, rules: &TemplateRules, of_hop: &mut [EffectiveClass]) -> Taken {
        let mut taken = Taken::default();
        for page in self.page_ids() {
            let group = self.pages.groups[page.index()];
            for index in self.range(page) {
                let (slot, target) = (self.hops.slots[index], self.hops.targets[index]);
                let is_promised = self.hops.kinds[index] == HopKind::Promise;
                let class = of_hop[index];
                let kind = self.pages.kinds[page.index()];
                let is_slot = || slot != NONE && may_be_slot(kind) && rules.is_slot(group, slot);
                let is_repeated = || rules.repeated(group, slot, target);
                if is_taken(class, is_promised, is_slot, is_repeated) {
                    of_hop[index] = EffectiveClass::Navigation;
                    if class == EffectiveClass::Overt {
                        taken.by_slot += 1;
                    } else {
                        taken.by_target += 1;
                    }
                }
            }
        }
        taken
    }

    /// The hops off the template, frozen: nodes are pages, by the number of their [`PageId`].
    ///
    /// # Errors
    /// There are too many for the frozen graph.
    pub fn freeze(&self, classes: &WarehouseClasses) -> Result<Frozen, BuildError> {
        self.frozen(|hop| {
            let class = classes.of(hop);
            (class != EffectiveClass::Navigation).then_some(class)
        })
    }

    /// All hops, frozen, whatever their classes: what plain reachability is measured on.
    ///
    /// # Errors
    /// There are too many for the frozen graph.
    pub fn freeze_all(&self, classes: &WarehouseClasses) -> Result<Frozen, BuildError> {
        self.frozen(|hop| Some(classes.of(hop)))
    }

    fn frozen(&self, class: impl Fn(u32) -> Option<EffectiveClass>) -> Result<Frozen, BuildError> {
        let hops = self.page_ids().flat_map(|page| {
            let class = &class;
            self.range(page).filter_map(move |index| {
                let class = class(number(index))?;
                Some(FrozenHop::new(page.0, self.hops.targets[index], class))
            })
        });
        Frozen::build(self.page_count() as usize, hops)
    }

    /// Tells the classes of the hops of some pages with what each was derived from, the template taken
    /// out. Time O(V + E), and memory as for [`classes`](Self::classes), so ask for all pages at once.
    pub fn tell(
        &self,
        classes: &WarehouseClasses,
        pages: impl IntoIterator<Item = PageId>,
        mut told: impl FnMut(u32, Class),
    ) {
        let survey = Survey::of(self);
        let mut decider = Decider::of(self, &survey);
        for page in pages {
            decider.page(page, &mut |hop, class| {
                let effective = classes.of(hop);
                let because = if effective == class.effective {
                    class.because
                } else {
                    Because::Template
                };
                told(hop, Class { effective, because });
            });
        }
    }

    pub(super) fn page_ids(&self) -> impl Iterator<Item = PageId> + use<> {
        (0..self.page_count()).map(PageId)
    }
}

/// Whether the target rule may be asked for the place of a hop: it is covert, or concealed.
pub(super) fn is_candidate(hops: &Hops, index: usize, class: EffectiveClass) -> bool {
    class.is_covert() || hops.marks[index].visibility() == VisibilityState::Hidden
}
