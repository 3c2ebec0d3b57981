# shellcheck shell=bash
# Runs named steps, prints how long each took, goes on after a failure, and names the failed at the end.
failed_steps=()

step() {
    local name=$1 started=$SECONDS code result=ok
    shift
    printf '== %s\n' "$name"
    # Not `if "$@"`: bash ignores `set -e` in whatever a condition calls.
    set +e
    (set -e; "$@")
    code=$?
    set -e
    if [ "$code" -ne 0 ]; then
        failed_steps+=("$name")
        result="FAILED ($code)"
    fi
    printf '== %s: %s, %d s\n' "$name" "$result" "$((SECONDS - started))"
}

report_steps() {
    if [ "${#failed_steps[@]}" -gt 0 ]; then
        printf 'failed: %s\n' "${failed_steps[*]}"
        return 1
    fi
}
