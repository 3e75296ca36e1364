# What the recording of the terminal in README.md shows: commands as somebody types them, run for real. Sourced by pictures.sh
# within asciinema; orchd is in PATH, and a daemon runs.
say() {
    printf '\033[32m$\033[0m '
    rest=$1
    while [ -n "$rest" ]; do
        printf '%s' "${rest%"${rest#?}"}"
        rest=${rest#?}
        sleep 0.04
    done
    sleep 0.4
    printf '\n'
    eval "$1"
    sleep "${2:-1.2}"
}

say 'orchd models'
say 'orchd chat "What keeps a bridge up?"' 1.6
say 'orchd chat --continue "And in the wind?" | head -c 160; echo'
say 'orchd search bridge' 2.5
