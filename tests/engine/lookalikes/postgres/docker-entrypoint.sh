#!/bin/bash
# As root: give the data and the socket's folder to postgres and become it. As postgres: initialise once, then serve.
set -eu
socket=/var/run/postgresql

if [ "$1" = postgres ] && [ "$(id -u)" = 0 ]; then
  mkdir -p "$PGDATA" "$socket"
  chmod 0700 "$PGDATA"
  chmod 3775 "$socket"
  find "$PGDATA" "$socket" ! -user postgres -exec chown postgres {} +
  exec gosu postgres "$0" "$@"
fi

if [ "$1" = postgres ] && [ ! -s "$PGDATA/PG_VERSION" ]; then
  : "${POSTGRES_PASSWORD:?must be set for a new database}"
  user=${POSTGRES_USER:-postgres} database=${POSTGRES_DB:-${POSTGRES_USER:-postgres}}
  initdb --username="$user" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") --no-sync > /dev/null
  echo 'host all all all scram-sha-256' >> "$PGDATA/pg_hba.conf"
  pg_ctl -w -s start -o "-c listen_addresses="
  if [ "$database" != postgres ]; then createdb --username="$user" "$database"; fi
  for script in /docker-entrypoint-initdb.d/*.sql; do
    if [ -f "$script" ]; then psql -q -v ON_ERROR_STOP=1 --username="$user" --dbname="$database" -f "$script"; fi
  done
  pg_ctl -w -s -m fast stop
fi

exec "$@"
