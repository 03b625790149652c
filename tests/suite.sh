# shellcheck shell=sh disable=SC2034 # what is set here is read by the scripts
# What the shell tests share. Each reads it from the top of a build, where the programs lie:
#   . "${srcdir:-$(dirname "$0")/..}/tests/suite.sh"
# has a folder of its own, $work, that is gone at the end however that comes, and ends with: exit $((failed > 0)).

srcdir=${srcdir:-$(dirname "$0")/..}
collect=$PWD/gnomon-collect
compose=$PWD/tests/compose
gnomon=$PWD/gnomon
report=$PWD/gnomon-report
tally=$PWD/gnomon-tally

failed=0  # sentences
sentence= # what is being shown

work=$(mktemp -d "${TMPDIR:-/tmp}/$(basename "$0" .sh).XXXXXX") && work=$(cd "$work" && pwd -P) || exit 99
trap 'rm -rf "$work"' EXIT
trap 'exit 99' HUP INT TERM

fail() {
	echo "FAIL $*"
	failed=$((failed + 1))
}

# complain WHAT: of the sentence at hand.
complain() {
	fail "$sentence: $*"
}

# need_commands NAME...: skipped where one is missing.
need_commands() {
	for command; do
		command -v "$command" >/dev/null || {
			echo "skipped: no $command"
			exit 77
		}
	done
}
