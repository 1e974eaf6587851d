#!/usr/bin/env bash
# Start Sojourn as a new user would, in a home of its own, wait until it answers, stop it.
set -euo pipefail
cd "$(dirname "$0")/.."
home=$(mktemp -d)
port=${PORT:-18600}
started=$(date +%s)
SOJOURN_HOME=$home make --no-print-directory run ARGS="--port $port" >"$home/out" 2>"$home/err" &
pid=$!
stop() {
  pkill -TERM -P "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
  rm -rf "$home"
}
trap stop EXIT
for _ in $(seq 1 1200); do
  if grep -q "Sojourn is ready" "$home/out" 2>/dev/null; then
    cat "$home/out"
    "${PYTHON:-python3}" - "$port" <<'PY'
import sys, urllib.request
with urllib.request.urlopen(f"http://localhost:{sys.argv[1]}/", timeout=20) as answer:
    page = answer.read().decode()
assert answer.status == 200 and "Sojourn" in page, answer.status
PY
    echo "Ready after $(($(date +%s) - started)) s."
    exit 0
  fi
  kill -0 "$pid" 2>/dev/null || break
  sleep 0.5
done
cat "$home/out" "$home/err" >&2
echo "Sojourn did not start." >&2
exit 1
