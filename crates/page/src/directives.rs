//! What a page asks of robots and of miners: `X-Robots-Tag`, `meta name=robots`, and reservations
//! against text and data mining by the W3C's TDM Reservation Protocol.

use model::{Directive, DirectiveCarrier, Headers, Span};

/// At most so many directives of a page are kept.
const MOST: usize = 64;
/// Letters of a value that are kept.
const LONGEST: usize = 200;

/// Directives that have a value after a colon; any other word before a colon names a robot.
const VALUED: [&str; 5] = [
    "max-snippet",
    "max-image-preview",
    "max-video-preview",
    "unavailable_after",
    "unavailable-after",
];

/// Robots that a `meta` element may be addressed to by name.
const ROBOTS: [&str; 10] = [
    "googlebot",
    "googlebot-news",
    "googlebot-image",
    "bingbot",
    "msnbot",
    "slurp",
    "yandex",
    "baiduspider",
    "applebot",
    "duckduckbot",
];

/// The directives in the header of an answer.
pub(crate) fn of_headers(headers: &Headers) -> Vec<Directive> {
    let mut found = Vec::new();
    for value in headers.all("x-robots-tag") {
        robots(
            &mut found,
            DirectiveCarrier::RobotsHeader,
            None,
            value,
            None,
        );
    }
    for name in ["tdm-reservation", "tdm-policy"] {
        for value in headers.all(name) {
            mining(
                &mut found,
                DirectiveCarrier::MiningHeader,
                name,
                value,
                None,
            );
        }
    }
    found
}

/// The directives of a `meta` element, if it is one that has any.
pub(crate) fn of_meta(found: &mut Vec<Directive>, name: &str, content: &str, span: Option<Span>) {
    let name = name.to_ascii_lowercase();
    match name.as_str() {
        "robots" => robots(found, DirectiveCarrier::RobotsMeta, None, content, span),
        "tdm-reservation" | "tdm-policy" => {
            mining(found, DirectiveCarrier::MiningMeta, &name, content, span);
        }
        robot if ROBOTS.contains(&robot) => {
            let carrier = DirectiveCarrier::RobotsMeta;
            robots(found, carrier, Some(name.clone()), content, span);
        }
        _ => {}
    }
}

/// Words between commas. A robot's name before a colon is for the words behind it.
fn robots(
    found: &mut Vec<Directive>,
    carrier: DirectiveCarrier,
    mut agent: Option<String>,
    text: &str,
    span: Option<Span>,
) {
    for word in text.split(',') {
        let mut word = word.trim();
        if carrier == DirectiveCarrier::RobotsHeader
            && let Some((robot, rest)) = word.split_once(':')
            && !VALUED.contains(&robot.trim().to_ascii_lowercase().as_str())
        {
            agent = Some(begun(robot.trim()).to_ascii_lowercase());
            word = rest.trim();
        }
        let (name, value) = match word.split_once([':', '=']) {
            Some((name, value)) => (name.trim(), Some(begun(value.trim()))),
            None => (word, None),
        };
        if name.is_empty() || found.len() >= MOST {
            continue;
        }
        found.push(Directive {
            carrier,
            agent: agent.clone(),
            name: begun(name).to_ascii_lowercase(),
            value,
            span,
        });
    }
}

fn mining(
    found: &mut Vec<Directive>,
    carrier: DirectiveCarrier,
    name: &str,
    value: &str,
    span: Option<Span>,
) {
    if found.len() < MOST {
        found.push(Directive {
            carrier,
            agent: None,
            name: name.to_owned(),
            value: Some(begun(value.trim())),
            span,
        });
    }
}

fn begun(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(found: &[Directive]) -> Vec<String> {
        let tell = |one: &Directive| {
            let agent = one.agent.as_deref().unwrap_or("*");
            let value = one.value.as_deref().unwrap_or("-");
            format!("{} {agent} {} {value}", one.carrier, one.name)
        };
        found.iter().map(tell).collect()
    }

    #[test]
    fn a_header_names_robots_and_values() {
        let headers = Headers::from([
            (
                "x-robots-tag",
                "NoIndex, max-snippet: 20, googlebot: nofollow, noarchive",
            ),
            (
                "x-robots-tag",
                "unavailable_after: 25 Jun 2027 15:00:00 PST",
            ),
            ("tdm-reservation", "1"),
            ("tdm-policy", "https://shop.test/policy.json"),
        ]);
        assert_eq!(
            told(&of_headers(&headers)),
            [
                "x-robots-tag * noindex -",
                "x-robots-tag * max-snippet 20",
                "x-robots-tag googlebot nofollow -",
                "x-robots-tag googlebot noarchive -",
                "x-robots-tag * unavailable_after 25 Jun 2027 15:00:00 PST",
                "tdm-header * tdm-reservation 1",
                "tdm-header * tdm-policy https://shop.test/policy.json",
            ]
        );
    }

    #[test]
    fn a_meta_element_is_for_all_or_for_a_robot() {
        let mut found = Vec::new();
        of_meta(&mut found, "ROBOTS", "noindex,nofollow", None);
        of_meta(&mut found, "bingbot", "none", None);
        of_meta(&mut found, "tdm-reservation", "1", None);
        of_meta(&mut found, "description", "no robots", None);
        assert_eq!(
            told(&found),
            [
                "meta-robots * noindex -",
                "meta-robots * nofollow -",
                "meta-robots bingbot none -",
                "tdm-meta * tdm-reservation 1",
            ]
        );
    }

    #[test]
    fn a_page_of_directives_is_bounded() {
        let headers = Headers::from([("x-robots-tag", "noindex,".repeat(10_000).as_str())]);
        assert_eq!(of_headers(&headers).len(), MOST);
    }
}
