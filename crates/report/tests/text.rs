//! The report for a terminal.

mod sample;

use sidedoor_report::{Format, Style};

#[test]
fn the_text_report_shows_paths_as_strips() {
    insta::assert_snapshot!(sample::found().plain(Format::Text));
}

#[test]
fn the_whole_scope_seen_and_nothing_found_is_said_so() {
    insta::assert_snapshot!(sample::clean().plain(Format::Text));
}

#[test]
fn nothing_found_in_a_part_is_no_all_clear() {
    let text = sample::cut_short().plain(Format::Text);
    assert!(text.contains("part of the scope was not seen: this is no all-clear"));
    assert!(!text.contains("whole scope was seen"));
    let clear = sample::clean().plain(Format::Text);
    assert!(!clear.contains("no all-clear"));
}

#[test]
fn an_all_clear_says_what_it_leaves_out() {
    let mut sample = sample::clean();
    sample.coverage.unseen_landings = sample::found().coverage.unseen_landings;
    let text = sample.plain(Format::Text).replace('\n', " ");
    assert!(text.contains("3 landing pages out of scope could not be seen"));
    sample.brief.landings = model::Landings::Record;
    let text = sample.plain(Format::Text).replace('\n', " ");
    assert!(text.contains("recorded and not followed"));
}

#[test]
fn nothing_seen_is_no_all_clear() {
    let mut sample = sample::clean();
    sample.coverage.seen = 0;
    let text = sample.plain(Format::Text);
    assert!(text.contains("because nothing was seen"));
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    for width in [0, 48, 60, 80, 100, 200] {
        let style = Style {
            color: false,
            width,
        };
        let text = sample::found().written(Format::Text, style);
        let widest = text.lines().map(|line| line.chars().count()).max();
        assert!(widest <= Some(width.max(48)), "{width}: {widest:?}\n{text}");
    }
}

#[test]
fn color_changes_the_looks_and_not_the_words() {
    let sample = sample::found();
    let plain = sample.plain(Format::Text);
    let style = Style {
        color: true,
        ..Style::default()
    };
    let painted = sample.written(Format::Text, style);
    assert!(painted.contains('\u{1b}') && !plain.contains('\u{1b}'));
    let mut stripped = String::new();
    for (index, part) in painted.split('\u{1b}').enumerate() {
        stripped.push_str(if index == 0 {
            part
        } else {
            part.split_once('m').unwrap().1
        });
    }
    assert_eq!(stripped, plain);
}
