#!/bin/sh
# Intel's dsa_test with every operation that it knows, on the queue type $1 (0 dedicated, 1 shared).
# Prints what failed, and how many runs there were.
program=/usr/libexec/accel-config/test/dsa_test
runs=0
run() {
  runs=$((runs + 1))
  output=$("$program" -t 5000 "$@" 2>&1) || printf 'FAILED: %s: %s\n' "$*" "$(echo "$output" | tail -1)"
}
for flags in 0x2 0x0; do
  for operation in 0x0 0x3 0x4 0x5 0x6 0x9 0x10 0x11 0x20; do
    for length in 1 4096 2097152; do
      run -w "$1" -l $length -o $operation -f $flags
      run -w "$1" -l $length -o 0x1 -b $operation -c 16 -f $flags
    done
  done
  run -w "$1" -l 4096 -o 0x2 -f $flags
  for operation in 0x7 0x8; do run -w "$1" -l 65536 -o $operation -f $flags; done
  for operation in 0x12 0x13 0x14 0x15; do
    run -w "$1" -l 4096 -o $operation -f $flags
    run -w "$1" -l 1024 -o 0x1 -b $operation -c 16 -f $flags
  done
done
for operation in 0x3 0x4 0x5 0x10; do run -w "$1" -l 4096 -o $operation -n 16 -f 0x2; done
echo "$runs runs"
