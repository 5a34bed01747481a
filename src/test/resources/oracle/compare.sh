#!/bin/sh
# Runs migration files with psql and compares the result with that of the migrator.
#
#   compare.sh FOLDER TEMPLATE CASE…
#
# FOLDER/CASE/*.sql are the files of a case, in order. The migrator has run them in the database oracle_ours_CASE, which is
# dropped afterwards; psql gets another copy of the same TEMPLATE. Prints lines "CASE KIND TEXT":
#   exit 0|3         what psql ended with
#   error TEXT       what psql wrote about its failure
#   differs LINE     where the dumps of psql's database (<) and of the migrator's (>) differ
#   changed LINE     where the dump of the migrator's database differs from the template's
set -u
folder=$1
template=$2
shift 2

sql() {
  psql -q -X -d postgres -v ON_ERROR_STOP=1 "$@"
}

# the ledgers are the migrator's own; the key of \restrict is new in each dump
dump() {
  pg_dump --inserts -T 'public.schema_migrations*' -T 'public.databasechangelog*' "$1" | grep -v -e '^.restrict ' -e '^.unrestrict '
}

prefixed() {
  sed "s/^/$case $1 /"
}

compare() {
  here=$folder/$case
  sql -c "CREATE DATABASE oracle_psql_$case TEMPLATE $template" || exit 70
  code=0
  for file in "$here"/*.sql; do
    one=-1
    # a byte order mark may stand in front
    LC_ALL=C grep -qi '^[^-]*-- *transaction: *none' "$file" && one=
    psql -q -X $one -v ON_ERROR_STOP=1 -v VERBOSITY=verbose -d "oracle_psql_$case" -f "$file" >/dev/null 2>"$here/errors" </dev/null
    code=$?
    [ $code -eq 0 ] || break
  done
  echo "$case exit $code"
  if [ $code -ne 0 ]; then
    grep -v -e NOTICE: -e WARNING: -e LOCATION: "$here/errors" | prefixed error
  fi
  dump "oracle_psql_$case" >"$here/psql"
  dump "oracle_ours_$case" >"$here/ours"
  diff "$here/psql" "$here/ours" | grep '^[<>]' | prefixed differs
  diff "$folder/template" "$here/ours" | grep '^[<>]' | prefixed changed
  sql -c "DROP DATABASE oracle_psql_$case WITH (FORCE)" -c "DROP DATABASE oracle_ours_$case WITH (FORCE)" || exit 71
}

[ -f "$folder/template" ] || dump "$template" >"$folder/template"
for case in "$@"; do
  compare
done
