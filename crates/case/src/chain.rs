//! Chains of redirects, refreshes and scripts: where each member leads, and how those end that lead to
//! no page.

use std::collections::BTreeMap;

use model::{ChainEnd, HopKind};
use rusqlite::{Connection, params};

use crate::step::WayOn;
use crate::words::word;

/// How the chain of an address ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct End {
    pub(crate) how: ChainEnd,
    /// Whether the address, and all that follow it, answered with HTTP redirects alone: then there
    /// was no page to see on the way.
    pub(crate) is_http: bool,
    /// Whether it ends here, and not only further on.
    pub(crate) is_member: bool,
}

/// Keeps where the address at a place takes its visitor.
pub(crate) fn put(base: &Connection, place: u64, way: &WayOn) -> rusqlite::Result<()> {
    base.prepare_cached(
        "INSERT INTO way_on (place, kind, href, target, ended) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![
        place,
        way.kind.as_str(),
        way.href,
        way.target.as_ref().map(|target| target.as_str()),
        way.end.map(ChainEnd::as_str),
    ])
    .map(drop)
}

/// Tells the members of circles in the table.
pub(crate) fn tell_loops(base: &Connection) -> rusqlite::Result<()> {
    let mut tell =
        base.prepare_cached("UPDATE way_on SET ended = ?2 WHERE place = ?1 AND ended IS NULL")?;
    for (place, end) in ends(base)? {
        if end.is_member && end.how == ChainEnd::Loop {
            tell.execute(params![place, end.how.as_str()])?;
        }
    }
    Ok(())
}

/// The addresses whose chain ends without a page, by place: the members at which it ends, and those
/// that lead there. Linear in the number of addresses that take their visitor along, times a look-up.
pub(crate) fn ends(base: &Connection) -> rusqlite::Result<BTreeMap<u64, End>> {
    let members = members(base)?;
    Ok(walk(&members)
        .into_iter()
        .zip(&members)
        .filter_map(|(end, member)| Some((member.place, end?)))
        .collect())
}

/// An address that takes its visitor along.
#[derive(Debug, Clone, Copy)]
struct Member {
    place: u64,
    is_http: bool,
    /// How the chain ends here, unless in a circle.
    end: Option<ChainEnd>,
    /// The next address of the chain.
    next: Option<u64>,
}

/// All members, in order of place.
fn members(base: &Connection) -> rusqlite::Result<Vec<Member>> {
    let mut select = base.prepare_cached(
        "SELECT w.place, w.kind, w.ended, t.place
         FROM way_on w LEFT JOIN frontier t ON t.address = w.target ORDER BY w.place",
    )?;
    let members = select.query_map([], |row| {
        let ended: Option<String> = row.get(2)?;
        let ended = ended.map(|ended| word(&ended, 2)).transpose()?;
        Ok(Member {
            place: row.get(0)?,
            is_http: row.get_ref(1)?.as_str()? == HopKind::HttpRedirect.as_str(),
            // Circles are found anew: that is what tells who leads into one.
            end: ended.filter(|end| *end != ChainEnd::Loop),
            next: row.get(3)?,
        })
    })?;
    members.collect()
}

fn index(members: &[Member], place: u64) -> Option<usize> {
    members
        .binary_search_by_key(&place, |member| member.place)
        .ok()
}

/// How far a member was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    Unseen,
    /// On the way that is walked now.
    Passed,
    Done(Option<End>),
}

/// How the chain of each member ends. Every member is passed once.
fn walk(members: &[Member]) -> Vec<Option<End>> {
    let mut looks = vec![Look::Unseen; members.len()];
    for start in 0..members.len() {
        let mut way = Vec::new();
        let mut at = Some(start);
        while let Some(here) = at
            && looks[here] == Look::Unseen
        {
            looks[here] = Look::Passed;
            way.push(here);
            let next = members[here].next;
            at = match members[here].end {
                Some(_) => None,
                None => next.and_then(|next| index(members, next)),
            };
        }
        let mut end = match at {
            Some(here) if looks[here] == Look::Passed => close(members, &mut looks, &mut way, here),
            Some(here) => done(looks[here]),
            None => way.last().and_then(|last| members[*last].end).map(own),
        };
        let is_member_last = at.is_none();
        for (steps_back, member) in way.into_iter().rev().enumerate() {
            if let Some(end) = &mut end {
                end.is_http &= members[member].is_http;
                end.is_member = is_member_last && steps_back == 0;
            }
            looks[member] = Look::Done(end);
        }
    }
    looks.into_iter().map(done).collect()
}

/// Closes the circle that begins at `first`, a member of `way`, and takes it off the way.
fn close(
    members: &[Member],
    looks: &mut [Look],
    way: &mut Vec<usize>,
    first: usize,
) -> Option<End> {
    let from = way.iter().position(|member| *member == first)?;
    let end = Some(End {
        how: ChainEnd::Loop,
        is_http: way[from..].iter().all(|member| members[*member].is_http),
        is_member: true,
    });
    for member in way.drain(from..) {
        looks[member] = Look::Done(end);
    }
    end
}

const fn own(how: ChainEnd) -> End {
    End {
        how,
        is_http: true,
        is_member: true,
    }
}

const fn done(look: Look) -> Option<End> {
    match look {
        Look::Done(end) => end,
        Look::Unseen | Look::Passed => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Members from the place where each leads; an odd place is reached by HTTP.
    fn leading(ways: &[(u64, u64)]) -> Vec<Member> {
        let member = |(place, next): &(u64, u64)| Member {
            place: *place,
            is_http: place % 2 == 1,
            end: (place == next).then_some(ChainEnd::SelfRedirect),
            next: Some(*next),
        };
        ways.iter().map(member).collect()
    }

    fn told(ways: &[(u64, u64)]) -> Vec<String> {
        walk(&leading(ways))
            .into_iter()
            .map(|end| {
                end.map_or("-".to_owned(), |end| {
                    let http = if end.is_http { " http" } else { "" };
                    let member = if end.is_member { " member" } else { "" };
                    format!("{}{http}{member}", end.how)
                })
            })
            .collect()
    }

    #[test]
    fn a_circle_and_what_leads_into_it_are_told_apart() {
        let ways = [(1, 3), (2, 3), (3, 5), (5, 7), (7, 3), (9, 11)];
        let expected = [
            "redirect-loop http",
            "redirect-loop",
            "redirect-loop http member",
            "redirect-loop http member",
            "redirect-loop http member",
            "-",
        ];
        assert_eq!(told(&ways), expected);
    }

    #[test]
    fn a_circle_with_one_page_in_it_is_not_http_alone() {
        let expected = [
            "redirect-loop",
            "redirect-loop member",
            "redirect-loop member",
        ];
        assert_eq!(told(&[(1, 3), (3, 4), (4, 3)]), expected);
    }

    #[test]
    fn a_chain_that_ends_at_itself_is_no_circle() {
        let expected = ["self-redirect http", "self-redirect http member"];
        assert_eq!(told(&[(1, 3), (3, 3)]), expected);
    }

    #[test]
    fn a_long_chain_is_walked_once_and_by_no_recursion() {
        let long: Vec<_> = (0..200_000).map(|at| (2 * at + 1, 2 * at + 3)).collect();
        assert!(told(&long).iter().all(|end| end == "-"));
        let mut round = long;
        round.push((400_001, 1));
        assert_eq!(told(&round)[7], "redirect-loop http member");
    }
}
