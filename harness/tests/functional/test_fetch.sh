#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# image fetch from a local server that works correctly, disconnects, stalls, sends a wrong length, changes the file, and
# sends an error.
set -euo pipefail
touchstone=$TS_BINARY_DIR/touchstone
command -v python3 > /dev/null || { echo "skipped: no python3 for the server"; exit 77; }
scratch=$(mktemp -d)
export TOUCHSTONE_HOME=$scratch/home
mkdir -p "$TOUCHSTONE_HOME"
head -c 3000000 /dev/urandom > "$scratch/disk.qcow2"
cat > "$scratch/server.py" <<'END'
import http.server, os, sys, time
data = open(sys.argv[1], 'rb').read()
log = open(sys.argv[2], 'a', buffering=1)
class Handler(http.server.BaseHTTPRequestHandler):
    seen = {}
    def log_message(self, *args):
        pass
    def do_GET(self):
        mode = self.path.split('/')[1]
        turn = self.seen[mode] = self.seen.get(mode, 0) + 1
        body, tag = data, '"one"'
        if mode == 'changes' and turn > 1:
            body, tag = data[::-1], '"two"'
        start = 0
        wanted = self.headers.get('Range')
        if wanted and self.headers.get('If-Range') == tag and mode != 'deaf':
            start = int(wanted[6:].rstrip('-'))
        log.write('%s %d %d\n' % (mode, turn, start))
        if mode == 'error':
            self.send_error(404)
            return
        if mode == 'busy' and turn < 3:
            self.send_error(503)
            return
        self.send_response(206 if start else 200)
        length = len(body) - start
        if mode == 'huge':
            length = 1 << 60
        self.send_header('ETag', tag)
        self.send_header('Content-Length', str(length))
        self.end_headers()
        part = body[start:]
        if mode in ('breaks', 'changes') and turn < 4 and (mode == 'breaks' or turn < 2):
            part = part[:700000]
        if mode == 'lies':
            part = b'x' + part[1:]
        if mode == 'deaf' and turn < 2:
            part = part[:1000]
        self.wfile.write(part if mode != 'stalls' or turn > 1 else part[:500000])
        self.wfile.flush()
        if mode == 'stalls' and turn < 2:
            time.sleep(20)
        self.close_connection = True
server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
server.daemon_threads = True
print(server.server_port, flush=True)
server.serve_forever()
END
mkfifo "$scratch/port"
python3 "$scratch/server.py" "$scratch/disk.qcow2" "$scratch/log" > "$scratch/port" &
server=$!
trap 'kill "$server" 2> /dev/null || true; rm -rf "$scratch"' EXIT
read -r port < "$scratch/port"
base=http://127.0.0.1:$port
sum=$(sha256sum "$scratch/disk.qcow2" | cut -d ' ' -f 1)
. "$TS_SOURCE_DIR/harness/tests/lib/check.sh"
# fetch NAME CODE MODE OPTION…: stores stdout in $printed, stderr in $said.
fetch() {
    local name=$1 code=$2 mode=$3 got=0
    shift 3
    "$touchstone" image fetch any --url "$base/$mode/disk.qcow2" --output "$scratch/$mode" --stall 2 "$@" \
        > "$scratch/out" 2> "$scratch/err" || got=$?
    printed=$(cat "$scratch/out") said=$(cat "$scratch/err")
    check "$name: exit code" "$got" "$code"
}
whole() { sha256sum "$scratch/$1/disk.qcow2" 2> /dev/null | cut -d ' ' -f 1; }
says() { case $said in *"$2"*) check "$1" '' '' ;; *) check "$1" "$said" "(text with) $2" ;; esac; }

fetch "a good server" 0 good
check "a good server: the file" "$(whole good)" "$sum"
says "a good server: first use is said" "no sha256 was given"
fetch "again" 0 good
check "again: nothing is sent" "$(grep -c '^good' "$scratch/log")" 1
fetch "another sha256 than it has" 64 good --sha256 "$(printf '0%.0s' {1..64})"
fetch "breaks off three times" 0 breaks --sha256 "$sum"
check "breaks off: the file" "$(whole breaks)" "$sum"
check "breaks off: goes on where it was" "$(awk '/^breaks/ {print $3}' "$scratch/log" | tr '\n' ' ')" "0 700000 1400000 2100000 "
fetch "stalls" 0 stalls --sha256 "$sum"
check "stalls: the file" "$(whole stalls)" "$sum"
fetch "does not do parts" 0 deaf --sha256 "$sum"
check "does not do parts: the file" "$(whole deaf)" "$sum"
fetch "another file meanwhile" 0 changes
check "another file meanwhile: not two halves" "$(python3 -c "import sys,hashlib;print(hashlib.sha256(open(sys.argv[1],'rb').read()[::-1]).hexdigest())" "$scratch/disk.qcow2")" "$(whole changes)"
fetch "busy at first" 0 busy
fetch "sends something else" 64 lies --sha256 "$sum"
says "sends something else: both are told" "expected $sum"
check "sends something else: nothing is left" "$(find "$scratch/lies" -type f)" ""
fetch "more than the disk has" 74 huge
says "more than the disk has: why" "not enough space in"
fetch "not there" 74 error
says "not there: why" "status 404"
"$touchstone" image fetch any --url file:///etc/passwd > "$scratch/out" 2> "$scratch/err" && got=0 || got=$?
check "not over HTTP: exit code" "$got" 64
"$touchstone" image fetch tencentos-4-x86-64 > "$scratch/out" 2> "$scratch/err" && got=0 || got=$?
said=$(cat "$scratch/err")
check "no address is known: exit code" "$got" 64
says "no address is known: what to do" "--url"
end_checks
