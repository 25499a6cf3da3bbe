//! A disk that is full while the program crawls: it stops with a clear message, the case is whole, and
//! it goes on once there is room.
//!
//! The room is taken away by the limit that every system has for the length of a file (`ulimit -f`),
//! with its signal ignored, so that a write is refused as on a disk without room. It holds for the
//! evidence and for the database alike. Where the system lets a process have mounts of its own, a file system
//! of a few hundred KiB is filled as well, and made larger then.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod support;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use support::{Page, Server, run, told, without_times};

/// Pages of the site besides its home page.
const PAGES: usize = 60;

/// A site whose pages do not compress, of `bytes` each.
fn site(bytes: usize) -> Server {
    let links: String = (0..PAGES)
        .map(|n| format!("<a href='/{n}'>{n}</a>"))
        .collect();
    let mut pages = BTreeMap::from([("/".to_owned(), Page::html(links))]);
    let mut state = 88_172_645_463_325_252_u64;
    for n in 0..PAGES {
        let noise = (0..bytes).map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            char::from(b'0' + u8::try_from(state % 75).unwrap())
        });
        let noise: String = noise.filter(|c| !matches!(c, '<' | '>' | '&')).collect();
        pages.insert(
            format!("/{n}"),
            Page::html(format!("<!doctype html><p>{noise}")),
        );
    }
    Server::serve(pages, Duration::ZERO)
}

/// Crawls `web` into `case`, with no file longer than so many KiB.
fn crawl(web: &Server, case: &Path, most_kib: Option<u32>) -> Output {
    let limit = most_kib.map_or("unlimited".to_owned(), |kib| kib.to_string());
    // An ignored signal stays ignored in the program; bash counts in KiB, whatever the system does.
    let script = format!("trap '' XFSZ; ulimit -f {limit} && exec \"$@\"");
    Command::new("bash")
        .args(["-c", &script, "bash", env!("CARGO_BIN_EXE_sidedoor")])
        .args(["crawl", "--quiet", &web.url("/"), "--vantage", "desktop"])
        .args(["--allow-address", &web.addr().to_string(), "--case"])
        .arg(case)
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// The report of a case but for its times.
fn report(case: &Path) -> serde_json::Value {
    let mut report = without_times(support::report(case));
    let notes = report["notes"].as_array_mut().unwrap();
    notes.retain(|note| !note.to_string().contains("was torn off"));
    report
}

/// A crawl on a disk of `most_kib` stops as it must, and goes on where there is room.
fn stops_and_goes_on(bytes: usize, most_kib: u32) {
    let web = site(bytes);
    let folder = tempfile::tempdir().unwrap();
    let (full, whole) = (folder.path().join("full"), folder.path().join("whole"));
    let undisturbed = crawl(&web, &whole, None);
    assert_eq!(undisturbed.status.code(), Some(0), "{}", told(&undisturbed));
    let stopped = crawl(&web, &full, Some(most_kib));
    assert_eq!(stopped.status.code(), Some(2), "{}", told(&stopped));
    let said = told(&stopped);
    assert!(said.contains("the disk is full at"), "{said}");
    assert!(said.contains(full.to_str().unwrap()), "{said}");
    assert!(
        said.contains("goes on from there once there is room"),
        "{said}"
    );
    let so_far = report(&full)["coverage"]["seen"].as_u64().unwrap();
    assert!(
        (1..=60).contains(&so_far),
        "{so_far} pages before the disk was full"
    );
    // A second attempt without room does no harm, and may find some: the log of the database is gone.
    let again = crawl(&web, &full, Some(most_kib));
    assert!(
        matches!(again.status.code(), Some(0 | 2)),
        "{}",
        told(&again)
    );
    let resumed = crawl(&web, &full, None);
    assert_eq!(resumed.status.code(), Some(0), "{}", told(&resumed));
    assert_eq!(report(&full), report(&whole));
    let verified = run(["verify", "--case", full.to_str().unwrap()]);
    assert_eq!(verified.status.code(), Some(0), "{}", told(&verified));
}

#[test]
fn a_disk_that_is_full_of_evidence_stops_the_crawl_and_the_case_goes_on_after() {
    // 60 pages of 20 KB that shrink to three quarters: the evidence is first to reach 600 KiB.
    stops_and_goes_on(20_000, 600);
}

#[test]
fn a_disk_that_is_full_for_the_database_stops_the_crawl_and_the_case_goes_on_after() {
    // Pages of a few hundred bytes: the log of the database is first to reach 300 KiB.
    stops_and_goes_on(300, 300);
}

/// What is done on a file system of its own that goes when the script ends: the crawl is begun without room,
/// goes on with room, and the case is carried out.
const ON_ITS_OWN_DISK: &str = r#"
disk=$1 out=$2 kib=$3; shift 3
mount -t tmpfs -o "size=${kib}k" none "$disk" || exit 77
"$@" --case "$disk/case" >"$out/first" 2>&1; echo $? >"$out/first.status"
mount -o remount,size=64m "$disk" || exit 77
"$@" --case "$disk/case" >"$out/second" 2>&1; echo $? >"$out/second.status"
cp -a "$disk/case" "$out/full"
"#;

#[test]
fn a_file_system_without_room_stops_the_crawl_and_the_case_goes_on_when_it_has_some() {
    let own_mounts = ["unshare", "--map-root-user", "--mount"];
    let may = Command::new(own_mounts[0])
        .args(&own_mounts[1..])
        .args(["mount", "-t", "tmpfs", "none", "/mnt"])
        .output();
    if !may.is_ok_and(|may| may.status.success()) {
        eprintln!("not tried: this system gives no process mounts of its own");
        return;
    }
    let web = site(20_000);
    let folder = tempfile::tempdir().unwrap();
    let (disk, out) = (folder.path().join("disk"), folder.path().join("out"));
    for folder in [&disk, &out] {
        std::fs::create_dir(folder).unwrap();
    }
    let ended = Command::new(own_mounts[0])
        .args(&own_mounts[1..])
        .args(["bash", "-c", ON_ITS_OWN_DISK, "bash"])
        .args([&disk, &out])
        .args(["700", env!("CARGO_BIN_EXE_sidedoor")])
        .args(["crawl", "--quiet", &web.url("/"), "--vantage", "desktop"])
        .args(["--allow-address", &web.addr().to_string()])
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(ended.status.success(), "{}", told(&ended));
    let read = |name: &str| support::read(out.join(name));
    let said = read("first");
    assert_eq!(read("first.status").trim(), "2", "{said}");
    assert!(said.contains("the disk is full at"), "{said}");
    assert!(said.contains("once there is room"), "{said}");
    assert_eq!(read("second.status").trim(), "0", "{}", read("second"));
    let (full, whole) = (out.join("full"), out.join("whole"));
    let undisturbed = crawl(&web, &whole, None);
    assert_eq!(undisturbed.status.code(), Some(0), "{}", told(&undisturbed));
    assert_eq!(report(&full), report(&whole));
    let verified = run(["verify", "--case", full.to_str().unwrap()]);
    assert_eq!(verified.status.code(), Some(0), "{}", told(&verified));
}
