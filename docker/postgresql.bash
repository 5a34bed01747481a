# Sourced by backup, restore and restore-drill: connects to PostgreSQL and computes what two equal databases have in common.
# With DATABASE_URL or DATABASE_URL_FILE set, it runs psql, pg_dump and pg_restore of this machine. Otherwise it runs those
# in the postgres container of the running compose project, through docker compose exec, so no port has to be open.
# shellcheck shell=bash

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
die() { say "$*"; exit 1; }
usage() { sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"; }

# environment variables, because a password in an argument is visible in the process list
use_url() {
    local url=$1 key value
    [[ $url =~ ^postgres(ql)?://([^:@/]+)(:([^@/]*))?@(\[[0-9a-fA-F:]+\]|[^][/?@,:]+)(:([0-9]+))?/([^?/]+)(\?(.*))?$ ]] ||
        die "DATABASE_URL must have the form postgresql://user:password@host:port/database, with one host"
    local options=${BASH_REMATCH[10]}
    PGUSER=$(percent_decoded "${BASH_REMATCH[2]}")
    PGPASSWORD=$(percent_decoded "${BASH_REMATCH[4]}")
    PGHOST=${BASH_REMATCH[5]//[\[\]]/}
    PGPORT=${BASH_REMATCH[7]:-5432}
    database=$(percent_decoded "${BASH_REMATCH[8]}")
    export PGUSER PGPASSWORD PGHOST PGPORT
    while IFS='=' read -r -d '&' key value; do
        case $key in
        sslmode | sslrootcert | sslcert | sslkey | sslcrl)
            export "PG${key^^}=$(percent_decoded "$value")" ;;
        esac
    done <<<"$options&"
}

percent_decoded() {
    local text=${1//\\/\\\\}
    printf '%b' "${text//%/\\x}"
}

# client PROGRAM ARGUMENTS: runs a PostgreSQL client program where it can reach the server, with our stdin and stdout
client() {
    if [ "$where" = url ]; then
        "$@"
    else
        docker compose -p "$project" exec -T -e PGUSER="$PGUSER" -e PGAPPNAME="${0##*/}" postgres "$@"
    fi
}

# connect [DATABASE]: finds the server and tests the connection; default is the service's database
connect() {
    project=${COMPOSE_PROJECT_NAME:-logikids}
    export PGAPPNAME=${0##*/} PGCONNECT_TIMEOUT=${PGCONNECT_TIMEOUT:-10}
    if [ -n "${DATABASE_URL_FILE-}" ]; then DATABASE_URL=$(<"$DATABASE_URL_FILE"); fi
    if [ -n "${DATABASE_URL-}" ]; then
        where=url
        use_url "${DATABASE_URL%%[[:space:]]}"
        label="$PGUSER@$PGHOST:$PGPORT/$database"
    else
        where=compose
        PGUSER=${POSTGRES_USER:-logikids} database=${POSTGRES_DB:-logikids}
        label="$database in compose project $project"
    fi
    [ "$(query "${1:-$database}" 'SELECT 1')" = 1 ] || die "cannot reach $label"
}

# query DATABASE SQL: prints the rows, columns separated by tabs
query() { client psql -XqAt -F $'\t' -v ON_ERROR_STOP=1 -d "$1" -c "$2" </dev/null; }

# facts_sql VERSION: prints the statements for the facts that must be equal in the original and in a restored database: the
# schema version and, for each table, the row count and a checksum of all its content. Each row is hashed by SHA-256. The checksum
# is that of the sums of these hashes' first two halves of 128 bits, whose order does not matter, so several processes share a
# table; version 1 of the manifest has that of all hashes in their order, 32 bytes of memory per row. Unlogged tables are no facts:
# a crash empties them. The SET statements make the result independent of time zone and number format.
facts_sql() {
    # shellcheck disable=SC2016
    local checksum='concat(sum(($$x$$ || substr(encode(hash, $$hex$$), 1, 16))::bit(64)::bigint), $$ $$,
        sum(($$x$$ || substr(encode(hash, $$hex$$), 17, 16))::bit(64)::bigint))::bytea'
    # shellcheck disable=SC2016
    if [ "$1" = 1 ]; then checksum='coalesce(string_agg(hash, $$$$::bytea ORDER BY hash), $$$$)'; fi
    cat <<SQL
SET timezone = UTC; SET datestyle = ISO; SET intervalstyle = iso_8601; SET extra_float_digits = 1; SET bytea_output = hex;
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0;
SELECT 'schema_version', coalesce(max(migration_name COLLATE "C"), 'none') FROM public.schema_migrations;
SELECT format(
    'SELECT %L, count(*), encode(sha256(%s), \$\$hex\$\$)
     FROM (SELECT sha256(convert_to(t::text, \$\$UTF8\$\$)) AS hash FROM %I.%I AS t) AS hashes',
    format('table %I.%I', n.nspname, c.relname), '$checksum', n.nspname, c.relname)
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND c.relpersistence = 'p' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"
\gexec
SQL
}

# facts DATABASE [VERSION]: prints these facts of a database that nobody writes to
facts() {
    { printf 'BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY;\n' && facts_sql "${2:-2}" && printf 'COMMIT;\n'; } |
        client psql -XqAt -F $'\t' -v ON_ERROR_STOP=1 -d "$1"
}

checksum() { sha256sum -- "$1" | cut -d ' ' -f 1; }

# manifest_facts FILE: the lines of a manifest in the format of facts
manifest_facts() { grep -E $'^(schema_version|table )' "$1"; }
manifest_value() { sed -n "s/^$2\t//p" "$1"; }
