//! What the template is, over the pages of a market.

use model::{EffectiveClass, Link, Zone};
use sidedoor_graph::{ClassSettings, LinkGraph, classes};

use crate::made::{Case, hidden, link};

/// A market of `pages` listings by `sellers`, each with what `links` gives it.
fn market(pages: usize, sellers: usize, links: impl Fn(usize) -> Vec<Link>) -> LinkGraph {
    let mut case = Case::default();
    for number in 0..pages {
        let address = format!("http://market.test/item{number}-s{}", number % sellers);
        case = case.page(&address, links(number));
    }
    case.graph()
}

fn count(graph: &LinkGraph, class: EffectiveClass) -> usize {
    let classes = classes(graph, &ClassSettings::default());
    graph
        .hops()
        .filter(|(hop, ..)| classes.of(*hop).effective == class)
        .count()
}

#[test]
fn a_slot_on_most_pages_is_navigation_whatever_it_points_to() {
    let graph = market(20, 5, |number| {
        vec![link(&format!("http://out{number}.test/"))]
    });
    assert_eq!(count(&graph, EffectiveClass::Overt), 0);
    let few = market(20, 5, |number| {
        if number < 10 {
            vec![link("http://out.test/")]
        } else {
            vec![]
        }
    });
    assert_eq!(count(&few, EffectiveClass::Overt), 10);
}

#[test]
fn a_covert_hop_of_the_template_needs_pages_and_sellers() {
    let template = market(60, 10, |_| vec![hidden("http://x.test/")]);
    assert_eq!(count(&template, EffectiveClass::Hidden), 0);
    let campaign = market(60, 10, |number| {
        if number % 10 == 0 {
            vec![hidden("http://x.test/")]
        } else {
            vec![]
        }
    });
    assert_eq!(
        count(&campaign, EffectiveClass::Hidden),
        6,
        "too few pages for a template"
    );
    let one_seller = market(300, 10, |number| {
        if number % 10 == 0 {
            vec![hidden("http://x.test/")]
        } else {
            vec![]
        }
    });
    assert_eq!(
        count(&one_seller, EffectiveClass::Hidden),
        30,
        "one seller is no template"
    );
    let slot = market(60, 10, |number| {
        vec![hidden(&format!("http://x{number}.test/"))]
    });
    assert_eq!(
        count(&slot, EffectiveClass::Hidden),
        60,
        "the slot rule leaves covert hops alone"
    );
}

#[test]
fn on_a_small_site_the_platforms_own_zones_repeat_as_a_template() {
    let footer = |zone| {
        move |_| {
            vec![Link {
                zone,
                ..hidden("http://x.test/")
            }]
        }
    };
    let advertising = market(5, 5, footer(Zone::Advertising));
    assert_eq!(count(&advertising, EffectiveClass::Hidden), 0);
    let sellers = market(5, 5, footer(Zone::Seller));
    assert_eq!(count(&sellers, EffectiveClass::Hidden), 5);
}
