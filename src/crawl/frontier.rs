//! What is known of a site and not yet asked for, on disk beside the archive's index.
//!
//! An address is marked when it is put in, so it is put in once; memory does not grow with their number, and a walk
//! that was killed goes on where it was. Knows order, due times and counts; what is worth asking for is decided by
//! `plan`, and how it is asked by `fetch`.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, OptionalExtension, Row, Savepoint, params};

use super::Skip;
use crate::base::{Address, Digest, Moment};
use crate::evidence::store::{Store, StoreError};

const SCHEMA: &str = "
    create table if not exists frontier(
        id integer primary key,
        hash integer not null unique,
        address text not null,
        host text not null,
        task integer not null,
        rank integer not null,
        depth integer not null,
        pager integer not null,
        state integer not null,
        attempt integer not null default 1,
        due integer not null default 0,
        reason text,
        found_on integer,
        taken_by integer
    );
    create index if not exists frontier_waiting on frontier(host, rank, id) where state = 0;
";

const WAITING: i64 = 0;
const ASKED: i64 = 1;
const SETTLED: i64 = 2;
const SKIPPED: i64 = 3;

/// What is to be done with an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Task {
    /// Fetch and read it.
    Page,
    /// See whether it works.
    Link,
    /// Read addresses from it.
    Sitemap,
    /// See how the host answers for what cannot exist.
    Calibration,
    /// See whether the site's search finds a title.
    Search,
}

/// In what order addresses are asked for; lower first, and among equals first found first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// The home page.
    Home,
    /// Declared columns and site map pages.
    Seed,
    /// What the navigation leads to.
    Navigation,
    /// Checks of what the home page links to, and of how the host answers.
    HomeLink,
    /// Lists and their next pages.
    List,
    /// Other pages.
    Article,
    /// Checks of what other pages link to.
    Link,
    /// What failed and is asked once more.
    SecondChance,
}

/// An address that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Find {
    /// What was found.
    pub address: Address,
    /// What is to be done with it; `Err` with the reason for doing nothing.
    pub task: Result<Task, Skip>,
    /// How soon.
    pub rank: Rank,
    /// Pages of its list that come before it.
    pub pager: u32,
}

/// An address whose turn it is.
#[derive(Clone, Debug)]
pub(super) struct Turn {
    /// Its row.
    pub id: i64,
    /// What to ask for.
    pub address: Address,
    /// What to do with it.
    pub task: Task,
    /// How soon it came.
    pub rank: Rank,
    /// Links from the home page.
    pub depth: u32,
    /// Pages of its list that come before it.
    pub pager: u32,
    /// From 1.
    pub attempt: u32,
}

/// Whose a page is that a turn was redirected to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// From now on this turn's.
    Now,
    /// This turn's since before the walk was stopped.
    Before,
    /// It is read, or will be, for its own sake.
    ByAnother,
}

/// What became of a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Settled {
    /// It was asked for, and the answer stands.
    Done,
    /// It is to be asked for again, not before this moment.
    Again(Moment),
    /// It was not asked for.
    Skipped(Skip),
}

/// An address that was known and not asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unvisited {
    /// The address.
    pub address: Address,
    /// Why not.
    pub skip: Skip,
    /// The page on which it was found first, when it was found on one.
    pub found_on: Option<Address>,
}

/// The frontier of one site.
#[derive(Debug)]
pub(super) struct Frontier {
    store: Arc<Store>,
    known: Mutex<Known>,
}

/// Addresses that were put in lately, by hash, and as what: most links of a page lead where the last page's did.
type Known = HashMap<i64, (i64, i64, u32)>;

/// So many of them are remembered; the rest are looked up.
const KNOWN: usize = 100_000;

impl Frontier {
    /// Opens the frontier beside the archive; what was being asked for when a walk was killed is waiting again.
    pub(super) fn open(store: Arc<Store>) -> Result<Self, StoreError> {
        store.with_index(|index| {
            index.execute_batch(SCHEMA)?;
            index.execute("update frontier set state = ? where state = ?", [WAITING, ASKED])
        })?;
        Ok(Self { store, known: Mutex::default() })
    }

    /// Puts addresses in that nobody's answer gave; known ones are left as they are.
    pub(super) fn seed(&self, finds: &[Find]) -> Result<(), StoreError> {
        self.in_transaction(|index| insert_all(index, &mut self.known(), finds, 0, None).map(drop))
    }

    /// Settles a turn and puts in what its answer led to, both or neither. Returns how many addresses were new.
    pub(super) fn settle(&self, turn: &Turn, settled: Settled, finds: &[Find]) -> Result<u64, StoreError> {
        // One statement is both or neither by itself.
        if finds.is_empty() {
            return self.store.with_index(|index| set(index, turn, settled)).map(|()| 0);
        }
        self.in_transaction(|index| {
            set(index, turn, settled)?;
            insert_all(index, &mut self.known(), finds, turn.depth + 1, Some(turn.id))
        })
    }

    /// Whether putting these in would change nothing but the order in which known addresses are asked for.
    ///
    /// A function of what is on disk, so that a walk that was killed goes on as it would have.
    pub(super) fn knows_all(&self, finds: &[Find]) -> Result<bool, StoreError> {
        self.store.with_index(|index| {
            let mut known = self.known();
            for find in finds {
                if !knows(index, &mut known, find)? {
                    return Ok(false);
                }
            }
            Ok(true)
        })
    }

    /// Marks an address as read that another one was redirected to, and says whether it is to be read by this turn.
    pub(super) fn take_over(&self, address: &Address, turn: &Turn) -> Result<Taken, StoreError> {
        self.in_transaction(|index| {
            let known = index
                .prepare_cached("select id, state, task, taken_by from frontier where hash = ?")?
                .query_row([hash(address)], |row| {
                    let task = Task::of(row.get(2)?);
                    Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, task, row.get::<_, Option<i64>>(3)?))
                })
                .optional()?;
            let id = match known {
                // A walk that was killed had taken it and not said what stands on it.
                Some((.., Some(by))) if by == turn.id => return Ok(Taken::Before),
                // Being asked for right now, it will be read there.
                Some((_, ASKED, ..) | (_, SETTLED, Task::Page, _)) => return Ok(Taken::ByAnother),
                Some((id, ..)) => id,
                None => {
                    let find = Find {
                        address: address.clone(),
                        task: Ok(Task::Page),
                        rank: turn.rank,
                        pager: turn.pager,
                    };
                    insert(index, &mut self.known(), &find, turn.depth, Some(turn.id))?;
                    index.last_insert_rowid()
                }
            };
            index
                .prepare_cached(
                    "update frontier set state = ?, task = ?, reason = null, taken_by = ? where id = ?",
                )?
                .execute(params![SETTLED, Task::Page.number(), turn.id, id])?;
            Ok(Taken::Now)
        })
    }

    /// The next address of a host that is due, marked as being asked for.
    pub(super) fn claim(&self, host: &str, now: Moment) -> Result<Option<Turn>, StoreError> {
        self.store.with_index(|index| {
            index
                .prepare_cached(
                    "update frontier set state = 1 where id = (
                         select id from frontier where state = 0 and host = ? and due <= ?
                         order by rank, id limit 1)
                     returning id, address, task, rank, depth, pager, attempt",
                )?
                .query_row(params![host, now.millis()], turn)
                .optional()
        })
    }

    /// The hosts that have something waiting, and the moment when the first of it is due.
    pub(super) fn waiting(&self) -> Result<BTreeMap<String, Moment>, StoreError> {
        self.store.with_index(|index| {
            let mut rows =
                index.prepare_cached("select host, min(due) from frontier where state = 0 group by host")?;
            let rows = rows.query_map([], |row| {
                let due = Moment::from_millis(row.get(1)?).unwrap_or_else(Moment::now);
                Ok((row.get(0)?, due))
            })?;
            rows.collect()
        })
    }

    /// Has addresses whose first answer stands asked for once more; those that were asked twice are left as they are.
    /// Returns how many that were.
    pub(super) fn look_again(&self, addresses: &[Address], now: Moment) -> Result<u64, StoreError> {
        self.in_transaction(|index| {
            let mut row = index.prepare_cached(
                "update frontier set state = 0, attempt = 2, due = ?, rank = ?
                 where hash = ? and state = 2 and attempt = 1",
            )?;
            let mut again = 0;
            for address in addresses {
                let rank = Rank::SecondChance.number();
                again += row.execute(params![now.millis(), rank, hash(address)])? as u64;
            }
            Ok(again)
        })
    }

    /// Goes through the addresses of which a page was asked for.
    pub(super) fn each_page(&self, mut each: impl FnMut(&str)) -> Result<(), StoreError> {
        self.store.with_index(|index| {
            let mut rows =
                index.prepare("select address from frontier where task = 0 and state in (1, 2)")?;
            let mut rows = rows.query([])?;
            while let Some(row) = rows.next()? {
                if let Ok(address) = row.get_ref(0)?.as_str() {
                    each(address);
                }
            }
            Ok(())
        })
    }

    /// Skips everything on a host that is still waiting. Returns how much that was.
    pub(super) fn skip_host(&self, host: &str, skip: Skip) -> Result<u64, StoreError> {
        self.skip("host = ?", host, skip)
    }

    /// Skips everything of a kind that is waiting for its first attempt. Returns how much that was.
    pub(super) fn skip_task(&self, task: Task, skip: Skip) -> Result<u64, StoreError> {
        self.skip("attempt = 1 and task = ?", task.number(), skip)
    }

    fn skip(&self, which: &str, value: impl rusqlite::ToSql, skip: Skip) -> Result<u64, StoreError> {
        let sql = format!("update frontier set state = ?, reason = ? where state = 0 and {which}");
        let skipped =
            self.store.with_index(|index| index.execute(&sql, params![SKIPPED, skip.id(), value]))?;
        Ok(skipped as u64)
    }

    /// How many addresses were skipped, by reason.
    pub(super) fn skipped(&self) -> Result<BTreeMap<Skip, u64>, StoreError> {
        self.store.with_index(|index| {
            let mut rows =
                index.prepare("select reason, count(*) from frontier where state = 3 group by reason")?;
            let rows = rows.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)))?;
            let known = rows
                .filter_map(Result::ok)
                .filter_map(|(id, n)| Some((Skip::from_id(&id)?, n.unsigned_abs())));
            Ok(known.collect())
        })
    }

    /// How many addresses there are, by task and state.
    pub(super) fn counts(&self) -> Result<Counts, StoreError> {
        self.store.with_index(|index| {
            let mut counts = Counts::default();
            let mut rows =
                index.prepare("select task, state, attempt > 1, count(*) from frontier group by 1, 2, 3")?;
            let mut rows = rows.query([])?;
            while let Some(row) = rows.next()? {
                let (task, state): (i64, i64) = (row.get(0)?, row.get(1)?);
                let (again, number): (bool, i64) = (row.get(2)?, row.get(3)?);
                let number = number.unsigned_abs();
                counts.known += number;
                // What waits for its second chance has had its first.
                let asked = state == ASKED || state == SETTLED || (state == WAITING && again);
                counts.settled += if state == SETTLED || state == SKIPPED { number } else { 0 };
                counts.pages += if asked && task == Task::Page.number() { number } else { 0 };
                counts.links += if asked && task == Task::Link.number() { number } else { 0 };
            }
            Ok(counts)
        })
    }
}

/// Numbers of addresses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// All that are known.
    pub known: u64,
    /// Asked for or skipped.
    pub settled: u64,
    /// Pages that were asked for.
    pub pages: u64,
    /// Links that were checked.
    pub links: u64,
}

/// Every address that is known to a site's frontier and was not asked for, in the order of finding. What is still
/// waiting has `waiting` as its reason: the walk ended before its turn came.
pub fn unvisited(store: &Store, waiting: Skip) -> Result<Vec<Unvisited>, StoreError> {
    let mut all = Vec::new();
    each_unvisited(store, waiting, |it| all.push(it))?;
    Ok(all)
}

/// The same, one at a time: a large site may know millions.
pub fn each_unvisited(
    store: &Store,
    waiting: Skip,
    mut each: impl FnMut(Unvisited),
) -> Result<(), StoreError> {
    store.with_index(|index| {
        index.execute_batch(SCHEMA)?;
        let mut rows = index.prepare(
            "select it.address, it.reason, page.address from frontier it
             left join frontier page on page.id = it.found_on
             where it.state in (0, 1, 3) order by it.id",
        )?;
        let mut rows = rows.query([])?;
        while let Some(row) = rows.next()? {
            let reason: Option<String> = row.get(1)?;
            let found_on: Option<String> = row.get(2)?;
            each(Unvisited {
                address: address(&row.get::<_, String>(0)?)?,
                skip: reason.and_then(|it| Skip::from_id(&it)).unwrap_or(waiting),
                found_on: found_on.and_then(|it| it.parse().ok()),
            });
        }
        Ok(())
    })
}

impl Frontier {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn in_transaction<T>(
        &self,
        work: impl FnOnce(&Savepoint<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        self.store.with_index(|index| {
            let transaction = index.savepoint()?;
            let value = work(&transaction)?;
            transaction.commit()?;
            Ok(value)
        })
    }
}

/// Notes what became of a turn.
fn set(index: &Connection, turn: &Turn, settled: Settled) -> rusqlite::Result<()> {
    let changed = match settled {
        Settled::Done => index
            .prepare_cached("update frontier set state = ? where id = ?")?
            .execute(params![SETTLED, turn.id]),
        Settled::Again(due) => index
            .prepare_cached("update frontier set state = ?, attempt = ?, due = ?, rank = ? where id = ?")?
            .execute(params![WAITING, turn.attempt + 1, due.millis(), Rank::SecondChance.number(), turn.id]),
        Settled::Skipped(skip) => index
            .prepare_cached("update frontier set state = ?, reason = ? where id = ?")?
            .execute(params![SKIPPED, skip.id(), turn.id]),
    };
    changed.map(drop)
}

/// Whether an address is known and would not become a larger task by this find.
fn knows(index: &Connection, known: &mut Known, find: &Find) -> rusqlite::Result<bool> {
    let hash = hash(&find.address);
    let grows = |task: i64| find.task.is_ok_and(|it| task > it.number());
    if known.get(&hash).is_some_and(|(task, ..)| !grows(*task)) {
        return Ok(true);
    }
    let row = index
        .prepare_cached("select task, rank, pager, state, attempt, reason from frontier where hash = ?")?
        .query_row([hash], |row| {
            let place = (row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, u32>(2)?);
            let is_waiting = row.get::<_, i64>(3)? == WAITING && row.get::<_, u32>(4)? == 1;
            Ok((place, is_waiting, row.get::<_, Option<String>>(5)?))
        })
        .optional()?;
    let Some((place, is_waiting, reason)) = row else { return Ok(false) };
    if reason.as_deref() == Some(Skip::SameContent.id()) {
        return Ok(find.task.is_err());
    }
    remember(known, hash, if is_waiting { place } else { (i64::MIN, i64::MIN, 0) });
    Ok(!(is_waiting && grows(place.0)))
}

fn remember(known: &mut Known, hash: i64, place: (i64, i64, u32)) {
    if known.len() >= KNOWN {
        known.clear();
    }
    known.insert(hash, place);
}

/// Puts addresses in and returns how many were new.
fn insert_all(
    index: &Connection,
    known: &mut Known,
    finds: &[Find],
    depth: u32,
    found_on: Option<i64>,
) -> rusqlite::Result<u64> {
    let mut new = 0;
    for find in finds {
        new += u64::from(insert(index, known, find, depth, found_on)?);
    }
    Ok(new)
}

/// Puts an address in; `true` when it was new. One that is known and waiting takes the better rank and the larger
/// task of the two.
fn insert(
    index: &Connection,
    known: &mut Known,
    find: &Find,
    depth: u32,
    found_on: Option<i64>,
) -> rusqlite::Result<bool> {
    let (task, state, reason) = match find.task {
        Ok(task) => (task, WAITING, None),
        Err(skip) => (Task::Link, SKIPPED, Some(skip.id())),
    };
    let hash = hash(&find.address);
    let (number, rank) = (task.number(), find.rank.number());
    if let Some(&(known_task, known_rank, known_pager)) = known.get(&hash) {
        let no_better = known_task <= number && known_rank <= rank && known_pager <= find.pager;
        if no_better || state == SKIPPED {
            return Ok(false);
        }
    }
    let inserted = index
        .prepare_cached(
            "insert or ignore into frontier(hash, address, host, task, rank, depth, pager, state, reason, found_on)
             values(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            hash,
            find.address.as_str(),
            find.address.host(),
            number,
            rank,
            depth,
            find.pager,
            state,
            reason,
            found_on
        ])?;
    if inserted == 0 && state == WAITING {
        index
            .prepare_cached(
                "update frontier set rank = min(rank, ?2), task = min(task, ?3), pager = min(pager, ?4)
                 where hash = ?1 and state = 0 and attempt = 1 and (rank > ?2 or task > ?3 or pager > ?4)",
            )?
            .execute(params![hash, rank, number, find.pager])?;
        // What stood only on pages that are all alike stands somewhere else as well.
        index
            .prepare_cached(
                "update frontier set state = 0, reason = null, rank = ?2, task = ?3
                 where hash = ?1 and state = 3 and reason = ?4",
            )?
            .execute(params![hash, rank, number, Skip::SameContent.id()])?;
    }
    if state == WAITING {
        remember(known, hash, (number, rank, find.pager));
    }
    Ok(inserted > 0)
}

fn turn(row: &Row<'_>) -> rusqlite::Result<Turn> {
    Ok(Turn {
        id: row.get(0)?,
        address: address(&row.get::<_, String>(1)?)?,
        task: Task::of(row.get(2)?),
        rank: Rank::of(row.get(3)?),
        depth: row.get(4)?,
        pager: row.get(5)?,
        attempt: row.get(6)?,
    })
}

fn address(text: &str) -> rusqlite::Result<Address> {
    text.parse().map_err(|_| rusqlite::Error::InvalidColumnName(format!("address {text}")))
}

fn hash(address: &Address) -> i64 {
    Digest::of(address.as_str()).number().cast_signed()
}

impl Task {
    const ALL: [Self; 5] = [Self::Page, Self::Link, Self::Sitemap, Self::Calibration, Self::Search];

    /// Its number in the table; a lower one asks for more.
    fn number(self) -> i64 {
        match self {
            Self::Page => 0,
            Self::Link => 1,
            Self::Sitemap => 2,
            Self::Calibration => 3,
            Self::Search => 4,
        }
    }

    fn of(number: i64) -> Self {
        Self::ALL.into_iter().find(|it| it.number() == number).unwrap_or(Self::Link)
    }
}

impl Rank {
    const ALL: [Self; 8] = [
        Self::Home,
        Self::Seed,
        Self::Navigation,
        Self::HomeLink,
        Self::List,
        Self::Article,
        Self::Link,
        Self::SecondChance,
    ];

    fn number(self) -> i64 {
        match self {
            Self::Home => 0,
            Self::Seed => 1,
            Self::Navigation => 2,
            Self::HomeLink => 3,
            Self::List => 4,
            Self::Article => 5,
            Self::Link => 6,
            Self::SecondChance => 7,
        }
    }

    fn of(number: i64) -> Self {
        Self::ALL.into_iter().find(|it| it.number() == number).unwrap_or(Self::Link)
    }
}

#[cfg(test)]
mod tests {
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
}
