#!/bin/sh
# Print where tests keep their files: in memory where that has room, since databases wait for the disk at each commit, and
# the disks of shared machines are slow now and then. Nothing that tests write needs to outlive the power.
set -eu

enough() { # Whether there are so many kB in /dev/shm, in the machine's memory and in what a container may take of it.
    [ -w /dev/shm ] && [ "$(df -kP /dev/shm | awk 'NR == 2 { print $4 }')" -ge "$1" ] &&
        [ "$(awk '$1 == "MemAvailable:" { print $2 }' /proc/meminfo)" -ge "$2" ] || return 1
    for limit in /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes; do
        [ ! -r "$limit" ] || [ "$(cat "$limit")" = max ] || [ "$(awk '{ printf "%.0f", $1 / 1024 }' "$limit")" -ge "$2" ] ||
            return 1
    done
}

if enough 4000000 8000000 2>/dev/null; then
    echo /dev/shm
else
    echo "${TMPDIR:-/tmp}"
fi
