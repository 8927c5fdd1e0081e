//! Counting: what was right, what was wrong, what was missed, and where.

use std::collections::BTreeMap;

/// Measures that are others put together, as the aims name them.
const SUMS: [(&str, &[&str]); 2] = [
    ("SUM items", &["list_items_main", "list_items_blocks", "no_main_list", "no_list_items"]),
    (
        "SUM footer",
        &[
            "footer_sponsor",
            "footer_id_code",
            "footer_icp",
            "footer_police",
            "footer_jiucuo",
            "footer_conac",
            "footer_sitemap",
        ],
    ),
];

/// Counts of one measure.
#[derive(Clone, Default)]
pub(super) struct Measure {
    /// Labelled and found alike.
    pub(super) right: usize,
    /// Found and not labelled so.
    pub(super) wrong: usize,
    /// Labelled and not found.
    pub(super) missed: usize,
    /// Pages judged.
    pub(super) pages: usize,
    /// Name of a page and what differed there.
    misses: Vec<(usize, String, String)>,
}

/// Every measure, by name.
pub(super) type Measures = BTreeMap<&'static str, Measure>;

/// Adds to the measures, in the name of one page.
pub(super) struct Tally<'t> {
    pub(super) name: &'t str,
    pub(super) measures: &'t mut Measures,
}

impl Tally<'_> {
    /// Counts of any kind.
    pub(super) fn add(
        &mut self,
        key: &'static str,
        right: usize,
        wrong: usize,
        missed: usize,
        difference: String,
    ) {
        let measure = self.measures.entry(key).or_default();
        measure.pages += 1;
        measure.right += right;
        measure.wrong += wrong;
        measure.missed += missed;
        if wrong + missed > 0 {
            measure.misses.push((wrong + missed, self.name.to_owned(), difference));
        }
    }

    /// One value that is there or not.
    pub(super) fn text(&mut self, key: &'static str, want: Option<&str>, found: Option<&str>) {
        let counts = match (want, found) {
            (None, None) => (1, 0, 0),
            (Some(want), Some(found)) if want == found => (1, 0, 0),
            (Some(_), Some(_)) => (0, 1, 1),
            (Some(_), None) => (0, 0, 1),
            (None, Some(_)) => (0, 1, 0),
        };
        self.add(key, counts.0, counts.1, counts.2, format!("want {want:?}, found {found:?}"));
    }

    /// Yes or no.
    pub(super) fn flag(&mut self, key: &'static str, want: bool, found: bool) {
        let right = usize::from(want == found);
        self.add(
            key,
            right,
            usize::from(found && !want),
            usize::from(want && !found),
            format!("want {want}, found {found}"),
        );
    }

    /// Several values, each once; their order does not matter.
    pub(super) fn set(&mut self, key: &'static str, want: &[String], found: &[String]) {
        let mut left: Vec<&String> = want.iter().collect();
        let mut extra = Vec::new();
        for it in found {
            match left.iter().position(|want| *want == it) {
                Some(at) => {
                    left.remove(at);
                }
                None => extra.push(it),
            }
        }
        let right = want.len() - left.len();
        let difference = format!("missed {left:?}\n      extra {extra:?}");
        self.add(key, right, extra.len(), left.len(), difference);
    }
}

impl Measure {
    /// Of what was found, how much is right, in percent; `None` when nothing was found.
    pub(super) fn precision(&self) -> Option<f64> {
        percent(self.right, self.right + self.wrong)
    }

    /// Of what is there, how much was found, in percent; `None` when there is nothing.
    pub(super) fn recall(&self) -> Option<f64> {
        percent(self.right, self.right + self.missed)
    }
}

fn percent(part: usize, whole: usize) -> Option<f64> {
    let number = |it: usize| f64::from(u32::try_from(it).unwrap_or(u32::MAX));
    (whole > 0).then(|| 100.0 * number(part) / number(whole))
}

/// Adds the measures that are others put together.
pub(super) fn sum_up(measures: &mut Measures) {
    for (sum, parts) in SUMS {
        let mut total = Measure::default();
        for part in parts.iter().filter_map(|it| measures.get(it)) {
            total.right += part.right;
            total.wrong += part.wrong;
            total.missed += part.missed;
            total.pages = total.pages.max(part.pages);
        }
        measures.insert(sum, total);
    }
}

/// Prints the table of one group of pages.
pub(super) fn report(group: &str, measures: &Measures) {
    println!("\n== {group}");
    println!(
        "{:<20} {:>6} {:>6} {:>6} {:>6} {:>10} {:>8}",
        "measure", "pages", "right", "wrong", "missed", "precision", "recall"
    );
    let shown = |share: Option<f64>| share.map_or("-".to_owned(), |it| format!("{it:.1}%"));
    for (key, it) in measures {
        println!(
            "{key:<20} {:>6} {:>6} {:>6} {:>6} {:>10} {:>8}",
            it.pages,
            it.right,
            it.wrong,
            it.missed,
            shown(it.precision()),
            shown(it.recall())
        );
    }
}

/// Prints the worst pages of every measure, at most `most` of each, with what differed.
pub(super) fn differences(measures: &Measures, most: usize) {
    for (key, it) in measures {
        let mut misses: Vec<_> = it.misses.iter().collect();
        misses.sort_by_key(|(count, ..)| std::cmp::Reverse(*count));
        if !misses.is_empty() {
            println!("\n-- {key}");
        }
        for (_, name, difference) in misses.iter().take(most) {
            let shown = if most == usize::MAX { usize::MAX } else { 420 };
            println!("   {name}\n      {}", difference.chars().take(shown).collect::<String>());
        }
    }
}
