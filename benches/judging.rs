//! How fast archives are judged: pages a second, and the time for a city beside the time it took to gather.
//!
//! `cargo bench --bench judging`: the frozen archives of the fixture city are read and judged under each document, as
//! `govcensus audit` does, without writing reports. Gathering at the default rate takes at least as many seconds as
//! the busiest host was asked questions, one a second, if all sites are walked at the same time; judging all of
//! them, one after the other, is to take less than a tenth of that.

use std::collections::BTreeMap;
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Instant;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use govcensus::audit::{self, Bound};
use govcensus::base::Day;
use govcensus::dossier::{Coverage, Facts};
use govcensus::evidence::store::Archive;
use govcensus::site::{Registry, Site};
use govcensus::{checklist, indicators, score};

/// The frozen run of the fixture city.
fn city() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/evidence/city")
}

fn sites() -> Vec<(Site, Archive)> {
    let roster = city().join("roster.toml");
    let text = fs::read_to_string(&roster).expect("the roster of the frozen run");
    let registry = Registry::parse(&roster, &text).expect("it reads");
    let archived = |site: Site| {
        let folder = city().join("sites").join(site.id.as_str()).join("archive");
        folder.exists().then(|| (site, Archive::open(&folder).expect("a frozen archive")))
    };
    registry.sites.into_iter().filter_map(archived).collect()
}

fn bound(id: &str) -> Bound {
    let edition = checklist::adopted().iter().find(|it| it.id == id).expect("an adopted document");
    audit::read(Path::new(edition.file), edition.text, indicators::ALL).expect("it binds")
}

/// Judges every site; gives the number of pages that were read.
fn judge(sites: &[(Site, Archive)], bound: &Bound) -> usize {
    let as_of: Day = "2017-12-15".parse().expect("a fixed day");
    let mut pages = 0;
    for (site, archive) in sites {
        let coverage = Coverage { finished: true, ..Coverage::default() };
        let facts = Facts::derive(site, as_of, archive, coverage).expect("a whole archive");
        pages += facts.pages_read();
        black_box(score::tally(bound.checklist(), audit::run(bound, &facts)));
    }
    pages
}

fn judging(criterion: &mut Criterion) {
    let sites = sites();
    let census = bound("census-2015");
    let start = Instant::now();
    let pages = judge(&sites, &census);
    let once = start.elapsed();
    let mut asked: BTreeMap<&str, u64> = BTreeMap::new();
    for entry in sites.iter().flat_map(|(_, archive)| archive.entries()) {
        *asked.entry(entry.address().host()).or_default() += 1;
    }
    let busiest = asked.values().max().copied().unwrap_or_default();
    let line = format!(
        "{pages} pages of {} sites judged in {once:.2?}; gathering takes {busiest} s at least at the default rate",
        sites.len()
    );
    #[expect(clippy::print_stdout, reason = "a measurement is what a bench is for")]
    {
        println!("{line}");
    }
    assert!(once.as_secs_f64() * 10.0 < f64::from(u32::try_from(busiest).unwrap_or(0)), "more than a tenth");
    let mut group = criterion.benchmark_group("judging");
    group.sample_size(10);
    group.throughput(Throughput::Elements(pages as u64));
    for id in ["census-2015", "inspection-2019", "guidelines-2017"] {
        let bound = bound(id);
        group.bench_function(id, |bencher| bencher.iter(|| judge(&sites, &bound)));
    }
    group.finish();
}

criterion_group!(benches, judging);
criterion_main!(benches);
