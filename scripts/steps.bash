# shellcheck shell=bash
# Runs named steps, prints how long each took, goes on after a failure, and names the failed at the end.
# What each said is kept, so that whoever reads only the end of a long log is told why.
failed_steps=()
steps_said=build/steps

step() {
    local name=$1 started=$SECONDS code result=ok
    shift
    mkdir -p "$steps_said"
    printf '== %s\n' "$name"
    # Not `if "$@"`: bash ignores `set -e` in whatever a condition calls.
    set +e
    (set -e; "$@") 2>&1 | tee "$steps_said/$name.log"
    code=${PIPESTATUS[0]}
    set -e
    if [ "$code" -ne 0 ]; then
        failed_steps+=("$name")
        result="FAILED ($code)"
    fi
    printf '== %s: %s, %d s\n' "$name" "$result" "$((SECONDS - started))"
}

# The last that each failed step said: [LINES of each]
failed_steps_said() {
    local name
    for name in "${failed_steps[@]}"; do
        printf '== %s failed; it said last:\n' "$name"
        tail -n "$1" "$steps_said/$name.log" | cut -c 1-700
    done
}

report_steps() {
    if [ "${#failed_steps[@]}" -gt 0 ]; then
        printf 'failed: %s\n' "${failed_steps[*]}"
        return 1
    fi
}
