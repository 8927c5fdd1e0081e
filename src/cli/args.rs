//! The command line as data. Parsing it does nothing.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::base::Day;
use crate::compare::FailOn;
use crate::report::changes::{CHANGES_FORMATS, ChangesFormat};
use crate::report::{FORMATS, Format};
use crate::site::SiteId;

/// A compliance checker for Chinese government websites (政府网站普查、抽查).
#[derive(Debug, Parser)]
#[command(name = "govcensus", version, propagate_version = true, max_term_width = 100)]
#[command(
    after_help = "Exit codes: 0 every site meets its checklist; 1 at least one does not; 2 could not be done; \
                        3 nothing fails, but something that matters is undetermined; 4 stopped before the end."
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// How loud to be.
    #[command(flatten)]
    pub loudness: Loudness,
}

/// How loud to be.
#[derive(Clone, Debug, Args)]
pub struct Loudness {
    /// Say nothing on stderr but errors.
    #[arg(long, global = true)]
    pub quiet: bool,
    /// Draw no progress bars.
    #[arg(long, global = true)]
    pub no_progress: bool,
    /// How log lines on stderr are written; RUST_LOG chooses which.
    #[arg(long, global = true, value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Walk the sites, judge them and write reports: the main job.
    Check {
        /// A roster file, or the address of one site's home page.
        #[arg(value_name = "ROSTER|URL")]
        target: String,
        #[command(flatten)]
        walk: WalkArgs,
        #[command(flatten)]
        judge: JudgeArgs,
        #[command(flatten)]
        show: ShowArgs,
    },
    /// Walk the sites and keep what was seen; judge nothing.
    Gather {
        /// A roster file, or the address of one site's home page.
        #[arg(value_name = "ROSTER|URL")]
        target: String,
        #[command(flatten)]
        walk: WalkArgs,
        /// One JSON document on stdout instead of lines.
        #[arg(long)]
        json: bool,
    },
    /// Judge what was kept, again and again, on any day; asks no site.
    Audit {
        /// The folder of a run.
        run: PathBuf,
        /// Only these sites.
        #[arg(long = "site", value_name = "ID")]
        sites: Vec<SiteId>,
        #[command(flatten)]
        judge: JudgeArgs,
        #[command(flatten)]
        show: ShowArgs,
    },
    /// Tell what got better or worse between two runs; exit 1 when the gate closes.
    Compare(CompareArgs),
    /// A stored baseline: what is there and borne for now.
    #[command(subcommand)]
    Baseline(BaselineCommand),
    /// Tell how sites and indicators went over the runs in a folder.
    History {
        /// A folder of folders of runs.
        dir: PathBuf,
        /// One JSON document on stdout instead of lines.
        #[arg(long)]
        json: bool,
        /// Also write a page for readers.
        #[arg(long, value_name = "FILE")]
        html: Option<PathBuf>,
    },
    /// Write the reports of a run anew, from its run.json and report.json alone.
    Report {
        /// The folder of a run.
        run: PathBuf,
        #[command(flatten)]
        show: ShowArgs,
    },
    /// Visit every home page, once or for weeks: what 站点无法访问 is judged by.
    Probe(ProbeArgs),
    /// Show one site on one screen that refreshes: what is about to go stale, and when.
    Watch(WatchArgs),
    /// Tell what came and went on columns and home pages between runs, and which dates were moved.
    Feed(FeedArgs),
    /// Tell new vetoes, and columns that are about to go stale, to whom the roster's [alert] names.
    Alert(AlertArgs),
    /// What people decide about what a program cannot.
    #[command(subcommand)]
    Review(ReviewCommand),
    /// Serve the fixture city on loopback and check it: no set-up, no internet.
    Demo {
        /// Where to write; default reports/out/demo-TIME.
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
        /// A built-in checklist, or the file of one; may be repeated. The city knows census-2015 and zhaotong-2017.
        #[arg(long = "checklist", value_name = "ID|FILE", default_value = "census-2015")]
        checklists: Vec<String>,
        #[command(flatten)]
        show: ShowArgs,
    },
    /// Print the manual page of an indicator; without a name, the list.
    Explain {
        /// An indicator, such as column-stale.
        indicator: Option<String>,
    },
    /// The official documents as data.
    #[command(subcommand)]
    Checklist(ChecklistCommand),
    /// Tell who owes what by a city's plan, and when it falls due.
    Plan(PlanArgs),
    /// The sites to inspect.
    #[command(subcommand)]
    Roster(RosterCommand),
    /// Print shell completions.
    Completions {
        /// For which shell.
        shell: Shell,
    },
}

/// What is watched.
#[derive(Clone, Debug, Args)]
pub struct WatchArgs {
    /// The address of a site's home page, a roster, or the folder of a run that was judged (then nobody is asked).
    #[arg(value_name = "URL|ROSTER|RUN")]
    pub target: String,
    /// Which site, when there are several.
    #[arg(long, value_name = "ID")]
    pub site: Option<SiteId>,
    /// How often the site is walked and the screen drawn anew; at least 10m.
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "1h")]
    pub every: Duration,
    /// Draw the screen once and end.
    #[arg(long)]
    pub once: bool,
    /// Pages to read in each walk.
    #[arg(long, value_name = "N", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..))]
    pub max_pages: u32,
    /// Where walks are kept; default reports/out/watch-SITE.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// The log of `probe`; default the one of the roster or the run.
    #[arg(long, value_name = "FILE")]
    pub probes: Option<PathBuf>,
    /// A built-in checklist, or the file of one: whose limits are meant.
    #[arg(long, value_name = "ID|FILE", default_value = "census-2015")]
    pub checklist: String,
    /// Connect to ADDR for HOST:PORT instead of asking DNS, as in curl; may be repeated.
    #[arg(long, value_name = "HOST:PORT:ADDR", value_parser = resolve)]
    pub resolve: Vec<Resolve>,
}

/// What is looked back at.
#[derive(Clone, Debug, Args)]
pub struct FeedArgs {
    /// Folders of runs, in whatever order.
    #[arg(required = true, value_name = "RUN")]
    pub runs: Vec<PathBuf>,
    /// Only these sites.
    #[arg(long = "site", value_name = "ID")]
    pub sites: Vec<SiteId>,
    /// The log of `probe`, for what came and went on home pages.
    #[arg(long, value_name = "FILE")]
    pub probes: Option<PathBuf>,
    /// New entries to print of each column.
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub most: usize,
}

/// What is told.
#[derive(Clone, Debug, Args)]
pub struct AlertArgs {
    /// The folder of a run, judged.
    pub run: PathBuf,
    /// How many days before a column goes stale it is told.
    #[arg(long, value_name = "N", default_value_t = 7)]
    pub days: i64,
    /// What was told before; default alerts.sqlite beside the run's folder.
    #[arg(long, value_name = "FILE")]
    pub alerts: Option<PathBuf>,
    /// Print what would be told, and tell and note nothing.
    #[arg(long)]
    pub dry_run: bool,
}

/// What is probed, and for how long.
#[derive(Clone, Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct ProbeArgs {
    /// A roster file, or the address of one site's home page.
    #[arg(value_name = "ROSTER|URL", required = true)]
    pub target: Option<String>,
    /// Go on, one round in every so long, such as 1h; without it, one round now.
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub every: Option<Duration>,
    /// Stop after so long, such as 7d; a watch that was begun goes on where it was.
    #[arg(long = "for", value_name = "TIME", value_parser = duration, requires = "every")]
    pub lasts: Option<Duration>,
    /// The log; default ROSTER.probes.sqlite beside the roster.
    #[arg(long, value_name = "FILE")]
    pub probes: Option<PathBuf>,
    /// Only these sites.
    #[arg(long = "site", value_name = "ID")]
    pub sites: Vec<SiteId>,
    /// Print alerts to stderr instead of sending them.
    #[arg(long)]
    pub dry_run: bool,
    /// Connect to ADDR for HOST:PORT instead of asking DNS, as in curl; may be repeated.
    #[arg(long, value_name = "HOST:PORT:ADDR", value_parser = resolve)]
    pub resolve: Vec<Resolve>,
    /// Or something else with the log.
    #[command(subcommand)]
    pub command: Option<ProbeCommand>,
}

/// What to do with a log of probes.
#[derive(Clone, Debug, Subcommand)]
pub enum ProbeCommand {
    /// Take away what is older than so long; nobody may be probing meanwhile.
    Prune {
        /// The log, or the roster whose log it is.
        #[arg(value_name = "ROSTER|FILE")]
        log: PathBuf,
        /// How long probes are kept, such as 400d.
        #[arg(long, value_name = "TIME", value_parser = duration)]
        keep: Duration,
    },
    /// Print the log as CSV; may be done while it is written.
    Export {
        /// The log, or the roster whose log it is.
        #[arg(value_name = "ROSTER|FILE")]
        log: PathBuf,
        /// Only this site.
        #[arg(long, value_name = "ID")]
        site: Option<SiteId>,
    },
}

/// What to do with checklists.
#[derive(Debug, Subcommand)]
pub enum ChecklistCommand {
    /// List the built-in checklists.
    List,
    /// Print a built-in checklist.
    Show {
        /// Such as census-2015.
        id: String,
    },
    /// Name every mistake in a checklist file.
    Lint {
        /// The file.
        file: PathBuf,
    },
}

/// What is compared, and what is worse.
#[derive(Clone, Debug, Args)]
pub struct CompareArgs {
    /// The older side: a run's folder, a report.json or a stored baseline.
    pub base: PathBuf,
    /// The newer side.
    pub head: PathBuf,
    /// What fails: new-veto, new-fail, score-drop[=POINTS], undetermined, newly-read, any; the rest then only warns.
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub fail_on: Vec<FailOn>,
    /// Levels by indicator and site; default: a new veto, a new fail or a score that is lower for what was found.
    #[arg(long, value_name = "FILE")]
    pub gate: Option<PathBuf>,
    /// What was agreed to be borne.
    #[arg(long, value_name = "FILE")]
    pub waivers: Option<PathBuf>,
    /// A folder of earlier runs: tells what is reopened from what is new.
    #[arg(long, value_name = "DIR")]
    pub history: Option<PathBuf>,
    /// What goes to stdout: text, md, json, junit, sarif, github or gitlab.
    #[arg(long, value_name = "FORMAT", value_parser = changes_format, default_value = "text")]
    pub format: ChangesFormat,
    /// Also write FORMAT to FILE; may be repeated.
    #[arg(long, value_name = "FORMAT=FILE", value_parser = changes_file)]
    pub write: Vec<(ChangesFormat, PathBuf)>,
}

/// What to do with a baseline.
#[derive(Debug, Subcommand)]
pub enum BaselineCommand {
    /// Take a run as the baseline, and print what debt that accepts.
    Update {
        /// A run's folder, or a report.json.
        run: PathBuf,
        /// The baseline file, such as baseline.json; made when it is not there.
        file: PathBuf,
    },
}

/// What to do with reviews.
#[derive(Debug, Subcommand)]
pub enum ReviewCommand {
    /// Print a review.toml made from the answers in a ledger's sheet 待人工复核.
    Import {
        /// The ledger.
        file: PathBuf,
    },
    /// Name every mistake in a review file.
    Lint {
        /// The file.
        file: PathBuf,
    },
}

/// What to do with rosters.
#[derive(Debug, Subcommand)]
pub enum RosterCommand {
    /// Name every mistake in a roster file.
    Lint {
        /// The file.
        file: PathBuf,
    },
    /// Print a roster to be filled in: every body that a plan names, with class, sector and parent.
    Template {
        /// A built-in plan, or the file of one.
        #[arg(long, value_name = "ID|FILE", default_value = "zhaotong-2017")]
        checklist: String,
        /// The city's name, for headings of reports.
        #[arg(long, default_value = "昭通市")]
        city: String,
    },
    /// Print a roster made from a spreadsheet with headings such as 单位, 网站名称, 网址, 网站标识码, 类别.
    Import {
        /// An .xlsx, .xls, .ods or .csv file.
        file: PathBuf,
        /// The city's name, for headings of reports.
        #[arg(long, default_value = "本市")]
        city: String,
    },
}

/// A city's plan.
#[derive(Clone, Debug, Args)]
pub struct PlanArgs {
    /// Who is inspected; without it the plan speaks for itself.
    pub roster: Option<PathBuf>,
    /// A built-in plan, or the file of one.
    #[arg(long, value_name = "ID|FILE", default_value = "zhaotong-2017")]
    pub checklist: String,
    /// The day of the state; default today in China.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub as_of: Option<Day>,
    /// Only what this body of the roster owes.
    #[arg(long, value_name = "ID", requires = "roster")]
    pub site: Option<SiteId>,
    /// Write the days on which something falls due as an iCalendar file; - for stdout.
    #[arg(long, value_name = "FILE")]
    pub calendar: Option<PathBuf>,
}

/// How the sites are walked.
#[derive(Clone, Debug, Args)]
pub struct WalkArgs {
    /// Where to write; default reports/out/RUN-ID.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Only these sites.
    #[arg(long = "site", value_name = "ID")]
    pub sites: Vec<SiteId>,
    /// Pages to read of a site, unless the roster says otherwise.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub max_pages: Option<u32>,
    /// Requests a second to a host, unless the roster says otherwise; at most 5.
    #[arg(long, value_name = "R", value_parser = rate)]
    pub rate: Option<f64>,
    /// Connect to ADDR for HOST:PORT instead of asking DNS, as in curl; may be repeated.
    #[arg(long, value_name = "HOST:PORT:ADDR", value_parser = resolve)]
    pub resolve: Vec<Resolve>,
    /// Ask for pages only if they have changed since the run in this folder; what has not is taken from there.
    #[arg(long, value_name = "RUN")]
    pub since: Option<PathBuf>,
    /// Stop after so long, such as 8h or 90m; what was gathered is kept, and --resume goes on.
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub deadline: Option<Duration>,
    /// Go on with a run that was stopped: nothing that was kept is asked for again.
    #[arg(long)]
    pub resume: bool,
}

/// What the sites are judged by.
#[derive(Clone, Debug, Args)]
pub struct JudgeArgs {
    /// A built-in checklist, or the file of one; may be repeated: the first gives score and verdict, the others
    /// their rows.
    #[arg(long = "checklist", value_name = "ID|FILE", default_value = "census-2015")]
    pub checklists: Vec<String>,
    /// The day of inspection; default today in China.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub as_of: Option<Day>,
    /// What was agreed to be borne: struck through in the reports, and counted all the same.
    #[arg(long, value_name = "FILE")]
    pub waivers: Option<PathBuf>,
    /// The log of `probe`; default probes.sqlite in the run's folder, else (check) ROSTER.probes.sqlite beside the
    /// roster, when there is one.
    #[arg(long, value_name = "FILE")]
    pub probes: Option<PathBuf>,
    /// What people decided, as `review import` writes it.
    #[arg(long, value_name = "FILE")]
    pub review: Option<PathBuf>,
}

/// What is shown.
#[derive(Clone, Debug, Args)]
pub struct ShowArgs {
    /// Which reports to write.
    #[arg(long = "format", value_name = "FORMAT", value_delimiter = ',', value_parser = format)]
    #[arg(default_value = "html,json")]
    pub formats: Vec<Format>,
    /// A folder with circular.toml or notice.toml: the wording of the papers.
    #[arg(long, value_name = "DIR")]
    pub words: Option<PathBuf>,
    /// An earlier run to recheck: a run's folder, a report.json or a baseline. Said in index.html and circular.docx.
    #[arg(long, value_name = "RUN")]
    pub base: Option<PathBuf>,
    /// A folder of earlier runs: adds history.html, to which index.html leads.
    #[arg(long, value_name = "DIR")]
    pub history: Option<PathBuf>,
    /// One JSON document on stdout instead of lines.
    #[arg(long)]
    pub json: bool,
}

/// One `--resolve`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolve {
    /// The host as URLs name it.
    pub host: String,
    /// The port as URLs name it; `None` for any (`*`).
    pub port: Option<u16>,
    /// Where to connect.
    pub address: SocketAddr,
}

fn rate(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(rate) if rate > 0.0 && rate <= 5.0 => Ok(rate),
        Ok(_) => {
            Err("above 0 and at most 5 requests a second; more only in a roster, with the owner's consent"
                .into())
        }
        Err(_) => Err("a number of requests a second".into()),
    }
}

/// `90s`, `30m`, `8h`, `7d`
fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}`: write it as 90s, 30m, 8h or 7d");
    let unit = text.chars().next_back().ok_or_else(wrong)?;
    let number: u64 = text.trim_end_matches(unit).parse().map_err(|_| wrong())?;
    let seconds = match unit {
        's' => Some(1),
        'm' => Some(60),
        'h' => Some(3600),
        'd' => Some(86400),
        _ => None,
    };
    let seconds = seconds.and_then(|it| number.checked_mul(it)).filter(|it| *it > 0);
    seconds.map(Duration::from_secs).ok_or_else(wrong)
}

/// `HOST:PORT:ADDR`; ADDR may bring a port of its own, and PORT may be `*`.
fn resolve(text: &str) -> Result<Resolve, String> {
    let wrong =
        || format!("`{text}`: write it as www.a.example:80:127.0.0.1 or www.a.example:*:127.0.0.1:8080");
    let (host, rest) = text.split_once(':').ok_or_else(wrong)?;
    let (port, address) = rest.split_once(':').ok_or_else(wrong)?;
    let port = match port {
        "*" => None,
        port => Some(port.parse::<u16>().map_err(|_| wrong())?),
    };
    let address = address.parse::<SocketAddr>().ok().or_else(|| {
        let ip = address.trim_start_matches('[').trim_end_matches(']').parse().ok()?;
        Some(SocketAddr::new(ip, port.unwrap_or(80)))
    });
    let address = address.ok_or_else(wrong)?;
    if host.is_empty() {
        Err(wrong())
    } else {
        Ok(Resolve { host: host.to_ascii_lowercase(), port, address })
    }
}

fn changes_format(name: &str) -> Result<ChangesFormat, String> {
    ChangesFormat::named(name).copied().ok_or_else(|| {
        let known = CHANGES_FORMATS.iter().map(|it| it.name).collect::<Vec<_>>().join(", ");
        format!("one of {known}")
    })
}

fn changes_file(text: &str) -> Result<(ChangesFormat, PathBuf), String> {
    match text.split_once('=') {
        Some((name, file)) if !file.is_empty() => Ok((changes_format(name)?, PathBuf::from(file))),
        _ => Err(format!("`{text}`: write it as junit=FILE")),
    }
}

fn format(name: &str) -> Result<Format, String> {
    Format::named(name).copied().ok_or_else(|| {
        let known = FORMATS.iter().map(|it| it.name).collect::<Vec<_>>().join(", ");
        format!("one of {known}")
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::{Cli, duration, rate, resolve};

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn resolve_is_written_as_in_curl() {
        let it = resolve("www.A.example:80:127.0.0.1").unwrap();
        assert_eq!(
            (it.host.as_str(), it.port, it.address.to_string()),
            ("www.a.example", Some(80), "127.0.0.1:80".into())
        );
        let it = resolve("www.a.example:*:127.0.0.1:8080").unwrap();
        assert_eq!((it.port, it.address.to_string()), (None, "127.0.0.1:8080".into()));
        assert!(resolve("www.a.example").is_err() && resolve("www.a.example:80:nowhere").is_err());
    }

    #[test]
    fn a_time_has_a_unit() {
        assert_eq!(duration("90s").unwrap(), std::time::Duration::from_secs(90));
        assert_eq!(duration("8h").unwrap(), std::time::Duration::from_hours(8));
        assert_eq!(duration("7d").unwrap(), std::time::Duration::from_hours(168));
        assert!(["", "8", "h", "0m", "-1h", "8w"].iter().all(|it| duration(it).is_err()));
    }

    #[test]
    fn a_fast_rate_is_refused() {
        assert!(rate("5").is_ok() && rate("6").is_err() && rate("0").is_err() && rate("x").is_err());
    }
}
