# What replay reads out of a log, the way one writes it in awk: accepted lines with an e-mail that
# were not sent to the blackhole, their accounts, and the pairs of account and address.
/ accepted / && /\] email: / && !/ BLOCK\] / {
    source = $3 == "from" ? $4 : $3
    sub(/^(tcp|udp):/, "", source)
    sub(/:[0-9]+$/, "", source)
    lines++
    pair[$NF " " source]
}
END {
    for (each in pair) { pairs++; split(each, part, " "); account[part[1]] }
    for (each in account) accounts++
    print lines + 0, accounts + 0, pairs + 0
}
