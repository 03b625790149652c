#!/bin/sh
# label-judge.sh [--strict] [--failures N] TRUTH FINDINGS [TRUTH FINDINGS]...
# What gnomon made of composed traffic (label.c): a table by kind, the aims, the first N (2) failures of each sort and kind.
# Exit status 0; with --strict 1 when an aim is missed; 2 when a file is not what it should be.
set -eu
strict=0
failures=2
while [ $# -gt 0 ]; do
	case $1 in
	--strict) strict=1 ;;
	--failures)
		failures=$2
		shift
		;;
	*) break ;;
	esac
	shift
done
if [ $# -lt 2 ] || [ $(($# % 2)) -ne 0 ]; then
	echo 'usage: label-judge.sh [--strict] [--failures N] TRUTH FINDINGS [TRUTH FINDINGS]...' >&2
	exit 2
fi
exec awk -v strict="$strict" -v failures="$failures" -f "${0%.sh}.awk" "$@"
