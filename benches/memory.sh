#!/bin/bash
# Walks a generated site of 200,000 pages and 2,000,000 links and prints the walk's peak resident memory.
#
#   benches/memory.sh [PAGES] [LINKS]
set -eu
pages=${1:-200000} links=${2:-10} port=${PORT:-18201}
cd "$(dirname "$0")/.."
cargo build --release --example generated_site
site=${CARGO_TARGET_DIR:-target}/release/examples/generated_site
"$site" serve "$pages" "$links" "$port" >/dev/null &
trap 'kill $!' EXIT
until curl -s "http://127.0.0.1:$port/" >/dev/null; do sleep 0.1; done
echo "$(date +%F), $(nproc) cores, load $(cut -d' ' -f1-3 /proc/loadavg): $pages pages, $links links each"
"$site" walk "$pages" "127.0.0.1:$port" 8
