//! What the frontier promises: each address once, in order, and nothing lost by a kill.

use std::sync::Arc;

use super::{Find, Frontier, Rank, Settled, Taken, Task, Turn, unvisited};
use crate::base::Moment;
use crate::crawl::Skip;
use crate::evidence::store::Store;

fn find(url: &str, rank: Rank) -> Find {
    Find { address: url.parse().unwrap(), task: Ok(Task::Page), rank, pager: 0 }
}

fn at(millis: i64) -> Moment {
    Moment::from_millis(millis).unwrap()
}

fn next(frontier: &Frontier, now: i64) -> Option<Turn> {
    frontier.claim("a.example", at(now)).unwrap()
}

fn with(finds: &[Find]) -> (tempfile::TempDir, Frontier) {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(Store::create(folder.path(), &"a".parse().unwrap()).unwrap());
    let frontier = Frontier::open(store).unwrap();
    frontier.seed(finds).unwrap();
    (folder, frontier)
}

#[test]
fn addresses_come_by_rank_and_then_as_they_were_found() {
    let (_folder, frontier) = with(&[
        find("http://a.example/3", Rank::Article),
        find("http://a.example/2", Rank::List),
        find("http://a.example/1", Rank::Home),
        find("http://a.example/4", Rank::Article),
        find("http://a.example/4", Rank::Navigation),
        find("http://b.example/", Rank::Home),
    ]);
    let order: Vec<_> =
        std::iter::from_fn(|| next(&frontier, 0)).map(|it| it.address.path().to_owned()).collect();
    assert_eq!(order, ["/1", "/4", "/2", "/3"]);
}

#[test]
fn an_address_is_put_in_once() {
    let (_folder, frontier) = with(&[find("http://a.example/1", Rank::Home)]);
    let turn = next(&frontier, 0).unwrap();
    let finds = [find("http://a.example/1", Rank::Home), find("http://a.example/2", Rank::Article)];
    frontier.settle(&turn, Settled::Done, &finds).unwrap();
    assert_eq!(next(&frontier, 0).unwrap().address.path(), "/2");
    assert!(next(&frontier, 0).is_none());
    assert_eq!(frontier.counts().unwrap().known, 2);
}

#[test]
fn what_is_to_be_asked_again_waits_until_it_is_due() {
    let (_folder, frontier) = with(&[find("http://a.example/1", Rank::Home)]);
    let turn = next(&frontier, 0).unwrap();
    frontier.settle(&turn, Settled::Again(at(500)), &[]).unwrap();
    assert!(next(&frontier, 499).is_none());
    assert_eq!(frontier.waiting().unwrap()["a.example"], at(500));
    assert_eq!(next(&frontier, 500).unwrap().attempt, 2);
}

#[test]
fn what_was_being_asked_for_at_a_kill_waits_again() {
    let (folder, frontier) = with(&[find("http://a.example/1", Rank::Home)]);
    next(&frontier, 0).unwrap();
    drop(frontier);
    let frontier = Frontier::open(Arc::new(Store::open(folder.path()).unwrap())).unwrap();
    assert_eq!(next(&frontier, 0).unwrap().attempt, 1);
}

#[test]
fn every_address_that_is_not_asked_for_has_its_reason() {
    let trap = Find { task: Err(Skip::TooLong), ..find("http://a.example/long", Rank::Article) };
    let (_folder, frontier) = with(&[
        find("http://a.example/1", Rank::Home),
        find("http://a.example/2", Rank::Article),
        find("http://b.example/", Rank::Link),
        trap,
    ]);
    let turn = next(&frontier, 0).unwrap();
    frontier.settle(&turn, Settled::Skipped(Skip::Robots), &[]).unwrap();
    assert_eq!(frontier.skip_host("a.example", Skip::PageLimit).unwrap(), 1);
    let skipped = unvisited(&frontier.store, Skip::Deadline).unwrap();
    let skipped: Vec<_> = skipped.iter().map(|it| (it.address.as_str(), it.skip)).collect();
    assert_eq!(
        skipped,
        [
            ("http://a.example/1", Skip::Robots),
            ("http://a.example/2", Skip::PageLimit),
            ("http://b.example/", Skip::Deadline),
            ("http://a.example/long", Skip::TooLong),
        ]
    );
}

#[test]
fn a_page_that_others_are_redirected_to_is_read_once() {
    let (_folder, frontier) =
        with(&[find("http://a.example/1", Rank::Home), find("http://a.example/2", Rank::Article)]);
    let turn = next(&frontier, 0).unwrap();
    let (waiting, new) = ("http://a.example/2".parse().unwrap(), "http://a.example/3".parse().unwrap());
    let other = Turn { id: turn.id + 100, ..turn.clone() };
    assert_eq!(frontier.take_over(&waiting, &turn).unwrap(), Taken::Now);
    assert_eq!(frontier.take_over(&waiting, &turn).unwrap(), Taken::Before);
    assert_eq!(frontier.take_over(&waiting, &other).unwrap(), Taken::ByAnother);
    assert_eq!(frontier.take_over(&new, &turn).unwrap(), Taken::Now);
    assert!(next(&frontier, 0).is_none());
}
