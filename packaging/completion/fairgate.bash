# bash completion for fairgate; made by `fairgate completion bash`, do not edit

_fairgate() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
    local word command="" words=0 offer=""
    COMPREPLY=()
    case $prev in
        --accept-risk) mapfile -t COMPREPLY < <(compgen -W "self-block mass-block panel-offline data-loss" -- "$cur"); return ;;
        --by) mapfile -t COMPREPLY < <(compgen -W "devices rate seen name" -- "$cur"); return ;;
        --color) mapfile -t COMPREPLY < <(compgen -W "auto always never" -- "$cur"); return ;;
        --counting) mapfile -t COMPREPLY < <(compgen -W "overlap distinct first_come" -- "$cur"); return ;;
        --decoration) mapfile -t COMPREPLY < <(compgen -W "none compose syslog debug" -- "$cur"); return ;;
        --effect) mapfile -t COMPREPLY < <(compgen -W "never_counted never_blocked" -- "$cur"); return ;;
        --names) mapfile -t COMPREPLY < <(compgen -W "standard raw marzban pasarguard" -- "$cur"); return ;;
        --only) mapfile -t COMPREPLY < <(compgen -W "panel core log limit protect firewall" -- "$cur"); return ;;
        --output) mapfile -t COMPREPLY < <(compgen -W "table wide json jsonl csv" -- "$cur"); return ;;
        --progress) mapfile -t COMPREPLY < <(compgen -W "auto json none" -- "$cur"); return ;;
        --reason) mapfile -t COMPREPLY < <(compgen -W "false-positive request test other" -- "$cur"); return ;;
        --rule) mapfile -t COMPREPLY < <(compgen -W "devices" -- "$cur"); return ;;
        --sort) mapfile -t COMPREPLY < <(compgen -W "name devices seen rate" -- "$cur"); return ;;
        --state) mapfile -t COMPREPLY < <(compgen -W "shadow warned in_force released undone" -- "$cur"); return ;;
        --time) mapfile -t COMPREPLY < <(compgen -W "relative rfc3339" -- "$cur"); return ;;
        --against|--asn|--ca-file|--config|--file|--from|--limits|--out|--policy|--root|--socket|--token-file) mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return ;;
        --account) mapfile -t COMPREPLY < <(fairgate __complete account "$cur" 2>/dev/null); return ;;
        --decision) mapfile -t COMPREPLY < <(fairgate __complete decision "$cur" 2>/dev/null); return ;;
    esac
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case $word in -*) continue ;; esac
        words=$((words + 1))
        if [ $words -le 2 ]; then command="${command:+$command }$word"; fi
    done
    case $command in
        '') offer="account agent backend block breaker completion config daemon decision demo doctor enforcer exempt explain help import ladder limit man mode node preview replay session setup source status top trust undo version violation watch why" ;;
        account) offer="list show cleanup" ;;
        backend) offer="list" ;;
        block) offer="list check" ;;
        breaker) offer="close" ;;
        config) offer="check show schema" ;;
        decision) offer="list show add extend cancel" ;;
        enforcer) offer="list test" ;;
        exempt) offer="list add remove check" ;;
        ladder) offer="show set reset" ;;
        limit) offer="list show set clear preview" ;;
        mode) offer="show set clear" ;;
        node) offer="list show join revoke" ;;
        preview) offer="enforce" ;;
        session) offer="list drop inbounds" ;;
        source) offer="list test tail pause resume" ;;
        trust) offer="list add remove test" ;;
        violation) offer="list show" ;;
        'status'|'status '*) case $cur in -*) offer="--watch --output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="" ;; esac ;;
        'top'|'top '*) case $cur in -*) offer="--by --node --limit --output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="" ;; esac ;;
        'why'|'why '*) case $cur in -*) offer="--not-blocked --lines --output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="@account" ;; esac ;;
        'undo'|'undo '*) case $cur in -*) offer="--last --account --since --all --reason --dry-run --yes --strict --accept-risk --output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="@decision" ;; esac ;;
        'watch'|'watch '*) case $cur in -*) offer="--account --kind --output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="" ;; esac ;;
        'session list') case $cur in -*) offer="--account --address --limit --cursor --output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="" ;; esac ;;
        'session drop') case $cur in -*) offer="--reason --dry-run --yes --strict --accept-risk --output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="@account" ;; esac ;;
        'session inbounds') case $cur in -*) offer="--output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="" ;; esac ;;
        'account list') case $cur in -*) offer="--over-limit --online --blocked --match --sort --limit --cursor --output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="" ;; esac ;;
        'account show') case $cur in -*) offer="--output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="@account" ;; esac ;;
        'account cleanup') case $cur in -*) offer="--all --dry-run --yes --strict --accept-risk --output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="" ;; esac ;;
        'limit list') case $cur in -*) offer="--output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="" ;; esac ;;
        'limit show') case $cur in -*) offer="--output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="@account" ;; esac ;;
        'limit set') case $cur in -*) offer="--pattern --group --owner --reason --dry-run --yes --strict --accept-risk --output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="@account" ;; esac ;;
        'limit clear') case $cur in -*) offer="--pattern --group --owner --dry-run --yes --strict --accept-risk --output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="@account" ;; esac ;;
        'limit preview') case $cur in -*) offer="--pattern --group --owner --output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="@account" ;; esac ;;
        'exempt list') case $cur in -*) offer="--output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="" ;; esac ;;
        'exempt add') case $cur in -*) offer="--until --for --reason --dry-run --yes --strict --accept-risk --output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="@account" ;; esac ;;
        'exempt remove') case $cur in -*) offer="--dry-run --yes --strict --accept-risk --output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="@account" ;; esac ;;
        'exempt check') case $cur in -*) offer="--output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="@account" ;; esac ;;
        'trust list') case $cur in -*) offer="--output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="" ;; esac ;;
        'trust add') case $cur in -*) offer="--effect --until --reason --dry-run --yes --strict --accept-risk --output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="" ;; esac ;;
        'trust remove') case $cur in -*) offer="--effect --dry-run --yes --strict --accept-risk --output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="" ;; esac ;;
        'trust test') case $cur in -*) offer="--output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="" ;; esac ;;
        'violation list') case $cur in -*) offer="--open --account --since --limit --cursor --output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="" ;; esac ;;
        'violation show') case $cur in -*) offer="--output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="" ;; esac ;;
        'decision list') case $cur in -*) offer="--state --account --since --limit --cursor --output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="" ;; esac ;;
        'decision show') case $cur in -*) offer="--output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="@decision" ;; esac ;;
        'decision add') case $cur in -*) offer="--for --reason --dry-run --yes --strict --accept-risk --output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="@account" ;; esac ;;
        'decision extend') case $cur in -*) offer="--for --dry-run --yes --strict --accept-risk --output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="@decision" ;; esac ;;
        'decision cancel') case $cur in -*) offer="--reason --dry-run --yes --strict --accept-risk --output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="@decision" ;; esac ;;
        'mode show') case $cur in -*) offer="--output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="" ;; esac ;;
        'mode set') case $cur in -*) offer="--rule --group --account --for --reason --dry-run --yes --strict --accept-risk --output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="shadow warn enforce" ;; esac ;;
        'mode clear') case $cur in -*) offer="--rule --group --account --dry-run --yes --strict --accept-risk --output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="" ;; esac ;;
        'ladder show') case $cur in -*) offer="--output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="" ;; esac ;;
        'ladder set') case $cur in -*) offer="--window --warning --instant --reason --dry-run --yes --strict --accept-risk --output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="" ;; esac ;;
        'ladder reset') case $cur in -*) offer="--dry-run --yes --strict --accept-risk --output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="" ;; esac ;;
        'breaker close') case $cur in -*) offer="--dry-run --yes --strict --accept-risk --output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="" ;; esac ;;
        'preview enforce') case $cur in -*) offer="--over --fail-on --output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="" ;; esac ;;
        'block list') case $cur in -*) offer="--account --address --limit --cursor --output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="" ;; esac ;;
        'block check') case $cur in -*) offer="--output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="" ;; esac ;;
        'enforcer list') case $cur in -*) offer="--output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="" ;; esac ;;
        'enforcer test') case $cur in -*) offer="--output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="" ;; esac ;;
        'source list') case $cur in -*) offer="--output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="" ;; esac ;;
        'source test') case $cur in -*) offer="--output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="@source" ;; esac ;;
        'source tail') case $cur in -*) offer="--output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="@source" ;; esac ;;
        'source pause') case $cur in -*) offer="--dry-run --yes --strict --accept-risk --output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="@source" ;; esac ;;
        'source resume') case $cur in -*) offer="--dry-run --yes --strict --accept-risk --output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="@source" ;; esac ;;
        'backend list') case $cur in -*) offer="--output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="" ;; esac ;;
        'replay'|'replay '*) case $cur in -*) offer="--general --limits --policy --counting --asn --names --since --until --account --zone --fail-on --against --decision --threads --output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="files" ;; esac ;;
        'explain'|'explain '*) case $cur in -*) offer="--file --names --blackhole --trusted-inbound --decoration --output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="" ;; esac ;;
        'demo'|'demo '*) case $cur in -*) offer="--speed --listen --output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="start stop status" ;; esac ;;
        'node list') case $cur in -*) offer="--output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="" ;; esac ;;
        'node show') case $cur in -*) offer="--output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="" ;; esac ;;
        'node join') case $cur in -*) offer="--backend --address --expires-in --dry-run --yes --strict --accept-risk --output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="" ;; esac ;;
        'node revoke') case $cur in -*) offer="--dry-run --yes --strict --accept-risk --output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="" ;; esac ;;
        'setup'|'setup '*) case $cur in -*) offer="--from --non-interactive --only --root --dry-run --output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="" ;; esac ;;
        'doctor'|'doctor '*) case $cur in -*) offer="--fix --dry-run --only --strict --output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="" ;; esac ;;
        'config check') case $cur in -*) offer="--set --output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="files" ;; esac ;;
        'config show') case $cur in -*) offer="--origin --changed --set --output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="" ;; esac ;;
        'config schema') case $cur in -*) offer="--example --output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="" ;; esac ;;
        'daemon'|'daemon '*) case $cur in -*) offer="--set --output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="" ;; esac ;;
        'agent'|'agent '*) case $cur in -*) offer="--set --output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="run join" ;; esac ;;
        'completion'|'completion '*) case $cur in -*) offer="--output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="bash zsh fish" ;; esac ;;
        'man'|'man '*) case $cur in -*) offer="--output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="account agent backend block breaker completion config daemon decision demo doctor enforcer exempt explain help import ladder limit man mode node preview replay session setup source status top trust undo version violation watch why" ;; esac ;;
        'version'|'version '*) case $cur in -*) offer="--output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="" ;; esac ;;
        'help'|'help '*) case $cur in -*) offer="--output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="account agent backend block breaker completion config daemon decision demo doctor enforcer exempt explain help import ladder limit man mode node preview replay session setup source status top trust undo version violation watch why" ;; esac ;;
        'import'|'import '*) case $cur in -*) offer="--out --dry-run --yes --strict --accept-risk --output --json --color --ascii --utc --time --no-trunc --progress --config --socket --server --token-file --ca-file --pinned-sha256 --timeout --help" ;; *) offer="files" ;; esac ;;
    esac
    if [ "$offer" = files ]; then
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
    elif [ "${offer#@}" != "$offer" ]; then
        mapfile -t COMPREPLY < <(fairgate __complete "${offer#@}" "$cur" 2>/dev/null)
    else
        mapfile -t COMPREPLY < <(compgen -W "$offer" -- "$cur")
    fi
}
complete -o filenames -F _fairgate fairgate
