#!/bin/sh
# Makes a Redis data folder out of a backup: restore.sh DUMP.rdb FOLDER
#
# A Redis with an append-only file looks at nothing else when it starts, and would come up empty beside a dump. So the
# dump is loaded without one, and the append-only file written from it. The folder must hold no data yet.
set -eu
dump=$1
folder=$2
if [ -e "$folder/appendonlydir" ] || [ -e "$folder/dump.rdb" ]; then
  echo "$folder holds data already. Move it away first." >&2
  exit 1
fi
socket=$(mktemp -d)/redis.sock
cp "$dump" "$folder/dump.rdb"
redis-server --port 0 --unixsocket "$socket" --dir "$folder" --appendonly no --save '' >"$folder/restore.log" 2>&1 &
server=$!
ask() { redis-cli -s "$socket" "$@" 2>/dev/null; }
loaded() { ask info persistence | grep -q '^loading:0'; }
written() {
  ask info persistence | tr -d '\r' | grep -qx -e 'aof_rewrite_in_progress:0' &&
    ! ask info persistence | tr -d '\r' | grep -qx -e 'aof_rewrite_scheduled:1'
}
until loaded; do
  kill -0 "$server" 2>/dev/null || { echo "Redis could not read $dump; see $folder/restore.log." >&2; exit 1; }
  sleep 0.1
done
ask config set appendonly yes >/dev/null
until written; do sleep 0.1; done
ask info persistence | tr -d '\r' | grep -qx 'aof_last_bgrewrite_status:ok' || { echo "The append-only file could not be written; see $folder/restore.log." >&2; exit 1; }
keys=$(ask dbsize)
ask shutdown nosave || true
wait "$server" || true
rm -f "$folder/dump.rdb" "$folder/restore.log"
echo "$folder holds $keys keys."
