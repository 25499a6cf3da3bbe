//! What many hops have alike, kept once.

use std::borrow::Borrow;
use std::collections::HashSet;
use std::hash::Hash;
use std::sync::Arc;

use model::{Technique, VantageId, Visibility};

/// Everything that hops share, by its value. Hops of a template are alike on all of its pages, so that a case of
/// a million hops has some tens of thousands of values.
#[derive(Debug, Default)]
pub(crate) struct Alike {
    texts: HashSet<Arc<str>>,
    relations: HashSet<Arc<[String]>>,
    techniques: HashSet<Arc<[Technique]>>,
    vantages: HashSet<Arc<[VantageId]>>,
    visibilities: HashSet<Arc<Visibility>>,
}

impl Alike {
    pub(crate) fn text(&mut self, text: String) -> Arc<str> {
        one_of(&mut self.texts, text)
    }

    pub(crate) fn relations(&mut self, relations: Vec<String>) -> Arc<[String]> {
        one_of(&mut self.relations, relations)
    }

    pub(crate) fn techniques(&mut self, techniques: Vec<Technique>) -> Arc<[Technique]> {
        one_of(&mut self.techniques, techniques)
    }

    pub(crate) fn vantages(&mut self, vantages: Vec<VantageId>) -> Arc<[VantageId]> {
        one_of(&mut self.vantages, vantages)
    }

    pub(crate) fn visibility(&mut self, visibility: Visibility) -> Arc<Visibility> {
        one_of(&mut self.visibilities, visibility)
    }
}

fn one_of<V, T>(known: &mut HashSet<Arc<T>>, value: V) -> Arc<T>
where
    V: Borrow<T> + Into<Arc<T>>,
    T: ?Sized + Eq + Hash,
{
    if let Some(shared) = known.get(value.borrow()) {
        return Arc::clone(shared);
    }
    let shared: Arc<T> = value.into();
    known.insert(Arc::clone(&shared));
    shared
}
