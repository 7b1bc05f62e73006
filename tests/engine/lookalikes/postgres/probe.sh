# put VALUE: insert a row. get: print all rows. Over TCP, with the password.
export PGHOST=127.0.0.1 PGPASSWORD=change-me PGUSER="${PGUSER:-shop}" PGDATABASE="${PGDATABASE:-shop}"
query() { psql -qtA -v ON_ERROR_STOP=1 -c "$1"; }
case "$1" in
  put) query 'SET client_min_messages = warning; CREATE TABLE IF NOT EXISTS kept (id serial, value text)' && query "INSERT INTO kept (value) VALUES ('$2')" ;;
  get) query 'SELECT value FROM kept ORDER BY id' ;;
esac
