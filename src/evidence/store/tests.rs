//! What an archive promises: nothing kept is lost, nothing altered is believed.

use std::fs;
use std::path::Path;
use std::time::Duration;

use super::{Archive, Store, StoreError, file_name};
use crate::base::Moment;
use crate::evidence::{Answer, Ask, Exchange, Failure, FailureKind, Method, Outcome, Purpose};

fn site() -> crate::site::SiteId {
    "zhaoyang".parse().unwrap()
}

fn answered(url: &str, body: &str) -> Exchange {
    let headers = vec![("content-type".to_owned(), b"text/html".to_vec())];
    let answer = Answer { status: 200, headers, body: body.as_bytes().to_vec(), cut: None, tls: None };
    exchange(url, Method::Get, Outcome::Answered(answer))
}

fn failed(url: &str) -> Exchange {
    let failure = Failure { kind: FailureKind::Timeout, detail: "nothing for 15 s".to_owned() };
    exchange(url, Method::Head, Outcome::Failed(failure))
}

fn exchange(url: &str, method: Method, outcome: Outcome) -> Exchange {
    Exchange {
        ask: Ask { address: url.parse().unwrap(), method, purpose: Purpose::Page, attempt: 1 },
        at: Moment::from_millis(1_513_300_000_000).unwrap(),
        took: Duration::from_millis(12),
        remote: None,
        outcome,
    }
}

fn three(folder: &Path) -> Vec<Exchange> {
    let kept = vec![
        answered("http://a.example/", "甲"),
        failed("http://b.example/"),
        answered("http://a.example/c", "乙"),
    ];
    let store = Store::create(folder, &site()).unwrap();
    for it in &kept {
        store.keep(it).unwrap();
    }
    kept
}

fn loaded(archive: &Archive) -> Vec<Exchange> {
    archive.entries().iter().map(|it| archive.load(&it.citation).unwrap()).collect()
}

fn warc(folder: &Path) -> std::path::PathBuf {
    folder.join(file_name("zhaoyang", 0))
}

fn shorten(file: &Path, by: u64) {
    let file = fs::OpenOptions::new().write(true).open(file).unwrap();
    let length = file.metadata().unwrap().len();
    file.set_len(length - by).unwrap();
}

#[test]
fn what_is_kept_is_read_back_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let kept = three(folder.path());
    let archive = Archive::open(folder.path()).unwrap();
    assert_eq!(loaded(&archive), kept);
    assert_eq!(archive.breaks(), [] as [String; 0]);
    let entry = &archive.entries()[1];
    assert_eq!((entry.result, entry.method), (Err(FailureKind::Timeout), Method::Head));
}

#[test]
fn a_torn_last_record_is_dropped_and_the_next_one_follows_the_whole_ones() {
    let folder = tempfile::tempdir().unwrap();
    let mut kept = three(folder.path());
    shorten(&warc(folder.path()), 5);
    let store = Store::open(folder.path()).unwrap();
    kept.pop();
    kept.push(answered("http://a.example/d", "丙"));
    store.keep(&kept[2]).unwrap();
    drop(store);
    assert_eq!(loaded(&Archive::open(folder.path()).unwrap()), kept);
}

#[test]
fn a_whole_record_without_a_row_is_indexed_when_the_store_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    let kept = three(folder.path());
    let store = Store::open(folder.path()).unwrap();
    store.with_index(|index| index.execute("delete from exchange where id = 3", [])).unwrap();
    drop(store);
    let store = Store::open(folder.path()).unwrap();
    let found = store.find(&kept[2].ask.address, 1, Method::Head).unwrap().unwrap();
    assert_eq!(store.load(&found).unwrap(), kept[2]);
}

#[test]
fn a_head_does_not_answer_a_question_for_the_page() {
    let folder = tempfile::tempdir().unwrap();
    let kept = three(folder.path());
    let store = Store::open(folder.path()).unwrap();
    let found = |method, attempt| store.find(&kept[1].ask.address, attempt, method).unwrap().is_some();
    assert!(found(Method::Head, 1));
    assert!(!found(Method::Get, 1) && !found(Method::Glance, 1) && !found(Method::Head, 2));
}

#[test]
fn an_archive_that_was_shortened_is_read_up_to_the_break() {
    let folder = tempfile::tempdir().unwrap();
    let kept = three(folder.path());
    shorten(&warc(folder.path()), 5);
    let archive = Archive::open(folder.path()).unwrap();
    assert_eq!(loaded(&archive), kept[..2]);
    assert_eq!(archive.breaks().len(), 1);
}

#[test]
fn an_archive_without_its_index_is_read_from_its_records() {
    let folder = tempfile::tempdir().unwrap();
    let kept = three(folder.path());
    fs::remove_file(folder.path().join("index.sqlite")).unwrap();
    let archive = Archive::open(folder.path()).unwrap();
    assert_eq!(loaded(&archive), kept);
    assert_eq!(archive.breaks().len(), 1);
}

#[test]
fn an_altered_byte_is_an_error_wherever_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let kept = three(folder.path());
    let archive = Archive::open(folder.path()).unwrap();
    let last = archive.entries().last().unwrap();
    let whole = fs::read(warc(folder.path())).unwrap();
    let start = usize::try_from(last.citation.offset).unwrap();
    let mut harmless = 0;
    // Ten bytes of a gzip header hold a time and a system's name, which nothing reads.
    for place in start + 10..whole.len() {
        let mut bytes = whole.clone();
        bytes[place] ^= 0x10;
        let mut file = fs::File::create(warc(folder.path())).unwrap();
        std::io::Write::write_all(&mut file, &bytes).unwrap();
        match archive.load(&last.citation) {
            Err(StoreError::Altered { .. }) => {}
            // A few bits between the end of the packed data and the next whole byte mean nothing.
            Ok(read) if read == kept[2] => harmless += 1,
            read => panic!("byte {place}: {read:?}"),
        }
    }
    assert!(harmless <= 1, "{harmless} bytes are not covered by any check");
}

#[test]
fn a_record_with_another_body_is_not_what_was_cited() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let cited =
        Store::create(one.path(), &site()).unwrap().keep(&answered("http://a.example/", "甲")).unwrap();
    let forged =
        Store::create(other.path(), &site()).unwrap().keep(&answered("http://a.example/", "丙")).unwrap();
    // Whole record for whole record: everything in it agrees with itself, and not with the citation.
    let start = usize::try_from(forged.offset).unwrap();
    let forged = fs::read(warc(other.path())).unwrap()[start..].to_vec();
    let mut bytes = fs::read(warc(one.path())).unwrap();
    bytes.truncate(usize::try_from(cited.offset).unwrap());
    bytes.extend(forged);
    std::io::Write::write_all(&mut fs::File::create(warc(one.path())).unwrap(), &bytes).unwrap();
    let read = Archive::open(one.path()).unwrap().load(&cited);
    assert!(matches!(read, Err(StoreError::Altered { .. })), "{read:?}");
}

#[test]
fn a_full_file_is_followed_by_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(folder.path(), &site()).unwrap();
    store.writer().limit = 1;
    let kept = [answered("http://a.example/", "甲"), answered("http://a.example/b", "乙")];
    let files: Vec<_> = kept.iter().map(|it| store.keep(it).unwrap().warc).collect();
    assert_eq!(files, ["zhaoyang-00001.warc.gz", "zhaoyang-00002.warc.gz"]);
    drop(store);
    let store = Store::open(folder.path()).unwrap();
    store.keep(&failed("http://c.example/")).unwrap();
    assert_eq!(store.entries().unwrap().last().unwrap().citation.warc, "zhaoyang-00002.warc.gz");
    assert_eq!(loaded(&Archive::open(folder.path()).unwrap())[..2], kept);
}

#[test]
fn one_folder_has_one_writer() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(folder.path(), &site()).unwrap();
    assert!(matches!(Store::open(folder.path()), Err(StoreError::Locked(_))));
    drop(store);
    assert!(matches!(Store::create(folder.path(), &site()), Err(StoreError::Exists(_))));
    assert!(Store::open(folder.path()).is_ok());
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_named_and_leaves_the_archive_whole() {
    let folder = tempfile::tempdir().unwrap();
    let kept = three(folder.path());
    let store = Store::open(folder.path()).unwrap();
    store.writer().file = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let error = store.keep(&answered("http://a.example/d", "丁")).unwrap_err();
    assert!(error.is_disk_full(), "{error}");
    drop(store);
    assert_eq!(loaded(&Archive::open(folder.path()).unwrap()), kept);
    Store::open(folder.path()).unwrap().keep(&failed("http://c.example/")).unwrap();
    assert_eq!(Archive::open(folder.path()).unwrap().entries().len(), 4);
}
