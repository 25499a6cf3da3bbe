//! One robots.txt as text: its groups, and what they say of a path (RFC 9309, section 2.2).

use std::borrow::Cow;

/// Bytes of a robots.txt that are read: the least that RFC 9309 asks for.
const READ_BYTES: usize = 500 * 1024;
/// Rules with a wildcard that are matched as they are written. Each costs a search of the path, so
/// a hostile file could cost much; those beyond lose what follows their first wildcard when they
/// forbid, so that they forbid a little more, and count for nothing when they allow.
const WILD_RULES: usize = 1_000;

/// Sitemaps of a robots.txt that are kept.
const SITEMAPS: usize = 100;

/// What a robots.txt says to one crawler.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct RobotsFile {
    /// The longest pattern first; of the same length, those that allow.
    rules: Vec<Rule>,
    /// The longest `Crawl-delay` of its groups, in seconds.
    pub(crate) delay: Option<f32>,
    /// The sitemaps that it lists, as written: they are for everybody, in whatever group they stand.
    pub(crate) sitemaps: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    /// The pieces between the wildcards, in the normal form of [`normalize`].
    pieces: Vec<Vec<u8>>,
    /// Whether a path must end where the pattern ends.
    is_anchored: bool,
    /// Bytes of the pattern: the longest that matches decides.
    length: usize,
    allows: bool,
}

/// A line that means something.
enum Line<'t> {
    Agent(&'t [u8]),
    Rule { allows: bool, pattern: &'t [u8] },
    Delay(f32),
    Sitemap(&'t [u8]),
}

/// To whom the lines that are being read speak.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    Nobody,
    Everybody,
    Us,
}

impl RobotsFile {
    /// Reads what `text` says to the crawler of this product token: the rules of all groups that
    /// name it, together; where none does, of all groups for `*`. Any bytes are a robots.txt.
    ///
    /// A byte order mark, UTF-16 behind one, any line ending, missing colons and the usual misspellings are read as
    /// they were meant. Lines that are no rule do not close a group. O(bytes), at most 500 KiB.
    pub(crate) fn read(text: &[u8], token: &str) -> Self {
        let mut ours = Self::default();
        let mut everybodys = Self::default();
        let mut is_named = false;
        let mut group = Group::Nobody;
        let mut wild = 0;
        let mut in_rules = false;
        let mut sitemaps = Vec::new();
        let text = in_bytes(text);
        for line in whole_lines(&text) {
            let Some(line) = meaning(line) else { continue };
            if let Line::Sitemap(at) = line {
                if sitemaps.len() < SITEMAPS {
                    sitemaps.push(String::from_utf8_lossy(at).into_owned());
                }
                continue;
            }
            if let Line::Agent(agent) = line {
                if std::mem::take(&mut in_rules) {
                    group = Group::Nobody;
                }
                if is_token(agent, token) {
                    group = Group::Us;
                    is_named = true;
                } else if group == Group::Nobody && is_everybody(agent) {
                    group = Group::Everybody;
                }
                continue;
            }
            in_rules |= matches!(line, Line::Rule { .. });
            let file = match group {
                Group::Nobody => continue,
                Group::Everybody => &mut everybodys,
                Group::Us => &mut ours,
            };
            match line {
                Line::Agent(_) | Line::Sitemap(_) => {}
                Line::Rule { allows, pattern } => {
                    file.rules.extend(Rule::new(allows, pattern, &mut wild));
                }
                Line::Delay(seconds) => {
                    file.delay = Some(file.delay.map_or(seconds, |known| known.max(seconds)));
                }
            }
        }
        let mut file = if is_named { ours } else { everybodys };
        file.sitemaps = sitemaps;
        file.rules
            .sort_by_key(|rule| (std::cmp::Reverse(rule.length), !rule.allows));
        file
    }

    /// Whether a path with its query may be asked: the longest pattern that matches decides; of the
    /// same length, one that allows. O(rules × path) in the worst case.
    pub(crate) fn allows(&self, path: &str) -> bool {
        let path = normalize(path.as_bytes());
        if path == b"/robots.txt" {
            return true;
        }
        let decides = self.rules.iter().find(|rule| rule.matches(&path));
        decides.is_none_or(|rule| rule.allows)
    }
}

/// A pattern of paths as robots.txt has them, with `*` and `$`, for files that borrow them.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Pattern(Rule);

impl Pattern {
    /// `None` for one that says nothing.
    pub(crate) fn new(written: &str) -> Option<Self> {
        Rule::new(true, written.as_bytes(), &mut 0).map(Self)
    }

    /// The more of a path it names, the longer it is.
    pub(crate) const fn length(&self) -> usize {
        self.0.length
    }

    /// Whether it is for a path with its query.
    pub(crate) fn matches(&self, path: &str) -> bool {
        self.0.matches(&normalize(path.as_bytes()))
    }
}

impl Rule {
    /// `None` for a pattern that says nothing. `wild` counts the rules with wildcards.
    fn new(allows: bool, pattern: &[u8], wild: &mut usize) -> Option<Self> {
        if pattern.is_empty() {
            return None;
        }
        let is_anchored = pattern.ends_with(b"$");
        let body = pattern.strip_suffix(b"$").unwrap_or(pattern);
        let pieces: Vec<Vec<u8>> = body.split(|byte| *byte == b'*').map(normalize).collect();
        let signs = pieces.len() - 1 + usize::from(is_anchored);
        let mut rule = Self {
            length: pieces.iter().map(Vec::len).sum::<usize>() + signs,
            pieces,
            is_anchored,
            allows,
        };
        if rule.pieces.len() > 1 {
            *wild += 1;
            if *wild > WILD_RULES {
                if allows {
                    return None;
                }
                rule.pieces.truncate(1);
                rule.is_anchored = false;
            }
        }
        Some(rule)
    }

    /// Every piece is taken at its first place behind the one before, the last of an anchored
    /// pattern at the end; no other choice finds more.
    fn matches(&self, path: &[u8]) -> bool {
        let Some((first, others)) = self.pieces.split_first() else {
            return true;
        };
        let Some(mut rest) = path.strip_prefix(first.as_slice()) else {
            return false;
        };
        let Some((last, between)) = others.split_last() else {
            return !self.is_anchored || rest.is_empty();
        };
        for piece in between {
            let Some(at) = find(rest, piece) else {
                return false;
            };
            rest = &rest[at + piece.len()..];
        }
        if self.is_anchored {
            rest.ends_with(last)
        } else {
            find(rest, last).is_some()
        }
    }
}

fn find(text: &[u8], piece: &[u8]) -> Option<usize> {
    memchr::memmem::find(text, piece)
}

/// A file as bytes of UTF-8: editors of one maker save text as UTF-16, behind its byte order mark.
fn in_bytes(text: &[u8]) -> Cow<'_, [u8]> {
    let unit: fn([u8; 2]) -> u16 = match text {
        [0xFF, 0xFE, ..] => u16::from_le_bytes,
        [0xFE, 0xFF, ..] => u16::from_be_bytes,
        _ => return Cow::Borrowed(text),
    };
    let (pairs, _) = text[2..].as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().map(|pair| unit(*pair)).collect();
    Cow::Owned(String::from_utf16_lossy(&units).into_bytes())
}

/// The lines of the part that is read; one that the limit cuts is left out.
fn whole_lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let read = match text.get(..READ_BYTES) {
        Some(read) if text.len() > READ_BYTES => {
            let end = read.iter().rposition(|byte| matches!(byte, b'\n' | b'\r'));
            &read[..end.unwrap_or(0)]
        }
        _ => text,
    };
    read.split(|byte| matches!(byte, b'\n' | b'\r'))
}

/// What a line says; `None` for one that says nothing to a crawler.
fn meaning(line: &[u8]) -> Option<Line<'_>> {
    let line = line.split(|byte| *byte == b'#').next()?.trim_ascii();
    let colon = line.iter().position(|byte| *byte == b':');
    // Without a colon, a name and one value are what was meant.
    let at = colon.or_else(|| line.iter().position(u8::is_ascii_whitespace))?;
    let value = line[at + 1..].trim_ascii();
    if colon.is_none() && value.iter().any(u8::is_ascii_whitespace) {
        return None;
    }
    let name = line[..at].trim_ascii().to_ascii_lowercase();
    match name.as_slice() {
        b"user-agent" | b"useragent" | b"user agent" => Some(Line::Agent(value)),
        b"allow" => Some(Line::Rule {
            allows: true,
            pattern: value,
        }),
        b"disallow" | b"dissallow" | b"dissalow" | b"disalow" | b"diasllow" | b"disallaw" => {
            Some(Line::Rule {
                allows: false,
                pattern: value,
            })
        }
        b"crawl-delay" | b"crawldelay" | b"crawl delay" => {
            let seconds: f32 = std::str::from_utf8(value).ok()?.parse().ok()?;
            (seconds >= 0.0).then_some(Line::Delay(seconds))
        }
        b"sitemap" | b"site-map" => (!value.is_empty()).then_some(Line::Sitemap(value)),
        _ => None,
    }
}

/// Whether a line for `agent` speaks to the crawler of this token: the letters with which it
/// begins are compared without case; a version may follow.
fn is_token(agent: &[u8], token: &str) -> bool {
    let is_letter = |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'_');
    let end = agent
        .iter()
        .position(|byte| !is_letter(byte))
        .unwrap_or(agent.len());
    agent[..end].eq_ignore_ascii_case(token.as_bytes())
}

/// Whether a line for `agent` speaks to every crawler.
fn is_everybody(agent: &[u8]) -> bool {
    agent
        .strip_prefix(b"*")
        .is_some_and(|rest| rest.first().is_none_or(u8::is_ascii_whitespace))
}

/// Percent encoding in one form: unreserved characters are decoded, hex digits are in upper
/// case, bytes outside of ASCII are encoded, and so are `*` and `$` where they mean themselves.
fn normalize(text: &[u8]) -> Vec<u8> {
    let hex = |byte: u8| char::from(byte).to_digit(16);
    let mut normal = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        let pair = text.get(at + 1).zip(text.get(at + 2));
        let code =
            pair.and_then(|(high, low)| hex(*high)?.checked_mul(16)?.checked_add(hex(*low)?));
        match code.and_then(|code| u8::try_from(code).ok()) {
            Some(code) if byte == b'%' => {
                if code.is_ascii_alphanumeric() || matches!(code, b'-' | b'.' | b'_' | b'~') {
                    normal.push(code);
                } else {
                    normal.extend(text[at..at + 3].iter().map(u8::to_ascii_uppercase));
                }
                at += 3;
            }
            _ if byte.is_ascii() && !matches!(byte, b'*' | b'$') => {
                normal.push(byte);
                at += 1;
            }
            _ => {
                normal.extend(format!("%{byte:02X}").bytes());
                at += 1;
            }
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(text: &str, path: &str) -> bool {
        RobotsFile::read(text.as_bytes(), "sidedoor").allows(path)
    }

    #[test]
    fn a_group_that_names_us_is_taken_instead_of_the_one_for_all() {
        let text = "User-agent: *\nDisallow: /\n\nUser-agent: SideDoor/1.0\nDisallow: /a\n";
        assert!(allows(text, "/b"));
        assert!(!allows(text, "/a"));
        let empty = "user-agent: sidedoor\n\nuser-agent: *\ndisallow: /x\n";
        assert!(!allows(empty, "/x"), "no rule between, so one group");
        let closed = "user-agent: sidedoor\ndisallow:\n\nuser-agent: *\ndisallow: /x\n";
        assert!(allows(closed, "/x"));
        assert!(allows("user-agent: sidedoor-news\ndisallow: /\n", "/"));
    }

    #[test]
    fn all_groups_that_name_us_are_one() {
        let text = "user-agent: sidedoor\ndisallow: /a\nuser-agent: x\ndisallow: /b\n\
                    user-agent: y\nuser-agent: sidedoor\ndisallow: /c\n";
        assert!(!allows(text, "/a"));
        assert!(allows(text, "/b"));
        assert!(!allows(text, "/c"));
    }

    #[test]
    fn lines_that_are_no_rules_do_not_close_a_group() {
        let text = "user-agent: x\nsitemap: https://a.test/s.xml\ncrawl-delay: 3\n\
                    user-agent: sidedoor\ndisallow: /a\n";
        assert!(!allows(text, "/a"));
    }

    #[test]
    fn the_longest_pattern_decides_and_a_tie_allows() {
        let text = "user-agent: *\nallow: /p\ndisallow: /\ndisallow: /pa\nallow: /pa\n";
        assert!(allows(text, "/page"));
        assert!(!allows(text, "/q"));
        let text = "user-agent: *\nallow: /page\ndisallow: /*.htm\n";
        assert!(!allows(text, "/page.htm"));
        let text = "user-agent: *\nallow: /$\ndisallow: /\n";
        assert!(allows(text, "/"));
        assert!(!allows(text, "/page.htm"));
    }

    #[test]
    fn wildcards_and_anchors_match_as_the_standard_shows() {
        let one = |pattern: &str, path: &str| {
            !allows(&format!("user-agent: *\ndisallow: {pattern}\n"), path)
        };
        for (pattern, hits, misses) in [
            (
                "/fish",
                &["/fish", "/fish.html", "/fishheads/y", "/fish?id=1"][..],
                &["/Fish", "/catfish", "/?id=fish"][..],
            ),
            ("/fish*", &["/fish", "/fish.php"], &["/desert/fish"]),
            (
                "/*.php",
                &["/i.php", "/f/i.php?p", "/i.php/"],
                &["/", "/windows.PHP"],
            ),
            (
                "/*.php$",
                &["/i.php", "/a.php/b.php"],
                &["/i.php?p", "/i.php/", "/i.php5"],
            ),
            (
                "/fish*.php",
                &["/fish.php", "/fishheads/cat.php?p"],
                &["/Fish.PHP"],
            ),
            ("*/a", &["/a", "/b/a"], &["/b"]),
            ("/a%2Ab", &["/a*b"], &["/aXb"]),
            ("/a$b", &["/a$b"], &["/a"]),
            ("/ü", &["/%C3%BC"], &["/%C3%BD"]),
            ("/%7ejoe/", &["/~joe/x", "/%7Ejoe/"], &["/joe/"]),
            ("/a%2fb", &["/a%2Fb"], &["/a/b"]),
        ] {
            for path in hits {
                assert!(one(pattern, path), "{pattern} forbids {path}");
            }
            for path in misses {
                assert!(!one(pattern, path), "{pattern} says nothing of {path}");
            }
        }
    }

    #[test]
    fn what_was_meant_is_read() {
        for text in [
            "\u{feff}User-Agent: *\r\nDisallow: /a # why\r\n",
            "user-agent *\rdisallow /a\r",
            "  useragent : *  \n\n  dissallow : /a  \n",
            "user-agent: * all\ndisalow:/a",
        ] {
            assert!(!allows(text, "/a"), "{text:?}");
            assert!(allows(text, "/b"), "{text:?}");
        }
        assert!(allows("disallow: /a\n", "/a"), "a rule for nobody");
        assert!(allows("user-agent: *\ndisallow: /\n", "/robots.txt"));
        assert!(allows("", "/a"));
        assert!(allows("<!doctype html><p>no such page", "/a"));
    }

    #[test]
    fn the_longest_delay_of_our_groups_counts() {
        let read = |text: &str| RobotsFile::read(text.as_bytes(), "sidedoor").delay;
        assert_eq!(read("user-agent: *\ncrawl-delay: 2.5\n"), Some(2.5));
        assert_eq!(
            read("user-agent: sidedoor\ncrawl-delay: 1\nuser-agent: *\ncrawl-delay: 9"),
            Some(9.0),
            "no rule between, so one group"
        );
        assert_eq!(read("user-agent: *\ncrawl-delay: soon\n"), None);
        assert_eq!(read("user-agent: *\ncrawl-delay: -1\n"), None);
    }

    #[test]
    fn a_line_that_the_limit_cuts_is_left_out() {
        let mut text = b"user-agent: *\ndisallow: /a\n".to_vec();
        text.resize(READ_BYTES - 12, b'\n');
        text.extend_from_slice(b"disallow: /private");
        assert!(!RobotsFile::read(&text, "sidedoor").allows("/a"));
        assert!(RobotsFile::read(&text, "sidedoor").allows("/p"));
    }

    #[test]
    fn wildcards_beyond_the_limit_forbid_more_and_allow_nothing() {
        let mut text = "user-agent: *\n".to_owned();
        for number in 0..WILD_RULES {
            text.push_str(&format!("disallow: /w{number}*x\n"));
        }
        text.push_str("disallow: /late*x$\nallow: /late*y\n");
        assert!(!allows(&text, "/late"));
        assert!(!allows(&text, "/late/y"));
        assert!(allows(&text, "/w1"));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_a_robots_file(text: Vec<u8>, path: String) {
            RobotsFile::read(&text, "sidedoor").allows(&path);
        }
    }
}
