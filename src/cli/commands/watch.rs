//! `watch`: one screen about one site that refreshes; and `feed`: what came and went between runs.

use std::fs;
use std::io::{IsTerminal, Write, stdout};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::base::{Day, Moment, printable, today_in_china};
use crate::compare::WaiverBook;
use crate::dossier::{ColumnFeed, Life, Watched};
use crate::drive::{self, Earlier, Judging, RunFolder, Showing};
use crate::evidence::store::PROBES_FILE;
use crate::report::{FORMATS, Format, wire};
use crate::site::SiteId;

use super::super::Exit;
use super::super::args::{FeedArgs, Loudness, WalkArgs, WatchArgs};
use super::super::screen::{Paper, Screen};
use super::check::{signalled, walk_all};
use super::inputs;
use super::probe::log_beside;

/// The shortest time between two walks of a site.
const SHORTEST: Duration = Duration::from_mins(10);

/// Shows the screen until it is ended.
pub(super) fn watch(args: &WatchArgs, loudness: &Loudness) -> Result<Exit> {
    if Path::new(&args.target).is_dir() {
        return watch_run(args);
    }
    if args.every < SHORTEST && !args.once {
        bail!("a site is walked again every {} minutes at the most", SHORTEST.as_secs() / 60);
    }
    let target = inputs::target(&args.target)?;
    let site = chosen(args.site.as_ref(), &target.registry)?;
    let out = args.out.clone().unwrap_or_else(|| PathBuf::from("reports/out").join(format!("watch-{site}")));
    let probes = args.probes.clone().unwrap_or_else(|| log_beside(&args.target, site.as_str()));
    let mut since: Option<PathBuf> = None;
    loop {
        let folder = out.join(Moment::now().compact());
        let walk = WalkArgs {
            out: Some(folder.clone()),
            sites: vec![site.clone()],
            max_pages: Some(args.max_pages),
            rate: None,
            resolve: args.resolve.clone(),
            since: since.clone(),
            deadline: None,
            resume: false,
        };
        let (run, stopped) = walk_all(&target, &walk, loudness)?;
        if let Some(stopped) = stopped {
            return Ok(stopped);
        }
        judge(&run, args, &probes)?;
        show(&run, &site, every(args, args.every), &probes)?;
        if args.once || !wait(args.every)? {
            return Ok(Exit::Meets);
        }
        // The last walk is what the next one asks for changes against; older ones have served.
        if let Some(older) = since.replace(folder) {
            fs::remove_dir_all(&older).with_context(|| format!("failed to remove {}", older.display()))?;
        }
    }
}

/// Shows a run that was judged, and again whenever its report or its probes may have changed.
fn watch_run(args: &WatchArgs) -> Result<Exit> {
    let run = RunFolder::new(&args.target);
    let site = chosen(args.site.as_ref(), &run.registry().context("failed to watch")?)?;
    let probes = args.probes.clone().unwrap_or_else(|| run.file(PROBES_FILE));
    let again = args.every.min(Duration::from_mins(1));
    loop {
        show(&run, &site, every(args, again), &probes)?;
        if args.once || !wait(again)? {
            return Ok(Exit::Meets);
        }
    }
}

fn chosen(named: Option<&SiteId>, registry: &crate::site::Registry) -> Result<SiteId> {
    if let Some(site) = named {
        inputs::known_sites(std::slice::from_ref(site), registry)?;
        return Ok(site.clone());
    }
    let mut with_home = registry.sites.iter().filter(|it| it.home.is_some());
    match (with_home.next(), with_home.next()) {
        (Some(site), None) => Ok(site.id.clone()),
        (None, _) => bail!("no site has a home page of its own"),
        (Some(_), Some(_)) => bail!("several sites have a home page; choose one with --site ID"),
    }
}

fn judge(run: &RunFolder, args: &WatchArgs, probes: &Path) -> Result<()> {
    let bound = inputs::bound(std::slice::from_ref(&args.checklist))?;
    let words = inputs::words(None)?;
    let json: Vec<Format> = FORMATS.iter().filter(|it| it.name == "json").copied().collect();
    let judging = Judging {
        folder: run,
        bound: &bound,
        as_of: today_in_china(),
        sites: &[],
        showing: Showing { formats: &json, words: &words, earlier: &Earlier::default() },
        review: &crate::audit::Review::default(),
        probes: Some(probes).filter(|it| it.exists()),
        waivers: &Mutex::<WaiverBook>::default(),
    };
    drive::judge(&judging).map(drop).context("failed to judge")
}

fn show(run: &RunFolder, site: &SiteId, every: Option<Duration>, probes: &Path) -> Result<()> {
    let path = run.site_file(site, "report.json");
    let bytes = fs::read(&path).with_context(|| {
        format!("failed to read {}; judge the run with `govcensus audit`", path.display())
    })?;
    let report: wire::Report =
        serde_json::from_slice(&bytes).with_context(|| format!("failed to read {}", path.display()))?;
    let as_of: Day = report.run.as_of.parse().context("the report has no day of inspection")?;
    let watched = if probes.exists() {
        drive::watched(probes, site, 30, as_of).map_err(|error| anyhow::anyhow!("failed to {error}"))?.0
    } else {
        Watched::default()
    };
    let foot = match every {
        Some(every) => format!("每{}刷新一次，按 Ctrl-C 结束", zh(every)),
        None => format!("共查看{}个页面", report.coverage.fetched),
    };
    let watched = (!watched.is_empty()).then_some(&watched);
    let screen = Screen { report: &report, watched, as_of, now: Moment::now(), foot };
    let mut out = stdout().lock();
    if out.is_terminal() && every.is_some() {
        // Home, and nothing left of what stood there.
        write!(out, "\u{1b}[H\u{1b}[2J")?;
    }
    write!(out, "{}", screen.draw(paper()))?;
    out.flush()?;
    Ok(())
}

/// How often the screen is drawn anew; not at all when it was asked for once.
fn every(args: &WatchArgs, time: Duration) -> Option<Duration> {
    (!args.once).then_some(time)
}

fn paper() -> Paper {
    let number = |name| std::env::var(name).ok().and_then(|it| it.parse::<usize>().ok());
    let (width, height) = terminal_size::terminal_size()
        .map_or((80, 24), |(width, height)| (usize::from(width.0), usize::from(height.0)));
    Paper {
        width: number("COLUMNS").unwrap_or(width).clamp(20, 200),
        height: number("LINES").unwrap_or(height),
        colours: stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
    }
}

fn zh(time: Duration) -> String {
    match time.as_secs() {
        secs if secs % 3600 == 0 => format!("{}小时", secs / 3600),
        secs if secs % 60 == 0 => format!("{}分钟", secs / 60),
        secs => format!("{secs}秒"),
    }
}

/// Waits; `false` when the watcher has seen enough.
fn wait(time: Duration) -> Result<bool> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on(async {
        tokio::select! {
            () = tokio::time::sleep(time) => true,
            _ = signalled() => false,
        }
    }))
}

/// Prints what came and went on the columns of each site.
pub(super) fn feed(args: &FeedArgs) -> Result<Exit> {
    let runs: Vec<RunFolder> = args.runs.iter().map(RunFolder::new).collect();
    let feeds = drive::feed_of(&runs, &args.sites).context("failed to look at the runs")?;
    for feed in &feeds {
        println!("{}（{}）", printable(&feed.site.name), feed.site.id);
        for column in &feed.columns {
            println!("  {}", told(column));
            for life in column.arrivals().take(args.most) {
                println!("    + {}", entry(life));
            }
            for life in column.lives.iter().filter(|it| it.was_moved() || it.is_dated_ahead()) {
                println!("    ! {}", doubted(life));
            }
        }
        if let Some(log) = &args.probes {
            let (watched, _) = drive::watched(log, &feed.site.id, 400, today_in_china())
                .map_err(|error| anyhow::anyhow!("failed to {error}"))?;
            println!("  首页（监测{}次）", watched.visits().count());
            let lives = watched.lives();
            for life in lives.iter().filter(|it| !it.from_the_start).take(args.most) {
                println!("    + {}", entry(life));
            }
            for life in lives.iter().filter(|it| it.was_moved() || it.is_dated_ahead()) {
                println!("    ! {}", doubted(life));
            }
        }
    }
    Ok(Exit::Meets)
}

fn told(column: &ColumnFeed) -> String {
    let name = printable(&column.name);
    let (Some(first), Some(last)) = (column.looks.first(), column.looks.last()) else { return name };
    let since = match column.changed_last() {
        _ if column.looks.len() < 2 => "只查看过1次，不能比较".to_owned(),
        Some(at) if at == *last => format!("有更新，新信息{}条", column.arrivals().count()),
        Some(at) => format!("{}以后没有再更新", at.day()),
        None => format!("{}至{}没有更新", first.day(), last.day()),
    };
    format!("{name}：{since}")
}

fn entry(life: &Life) -> String {
    let printed = life.entry.printed.map_or_else(|| "未注明日期".to_owned(), |day| format!("标注{day}"));
    let title = printable(&life.entry.title);
    format!("{}首次出现，{}最后见到，{printed}《{title}》", life.first_seen.day(), life.last_seen.day())
}

fn doubted(life: &Life) -> String {
    let days: Vec<String> = life.printed.iter().map(ToString::to_string).collect();
    let what = if life.was_moved() {
        format!("标注日期被改动（{}）", days.join(" → "))
    } else {
        format!("标注日期{}晚于首次出现的{}", days.join(""), life.first_seen.day())
    };
    let since = if life.from_the_start { "起初即有" } else { "首次出现" };
    format!("{what}，{}{since}《{}》", life.first_seen.day(), printable(&life.entry.title))
}
