# put VALUE: insert a row. get: print all rows. Over TCP, with the password.
query() { mariadb -h 127.0.0.1 -u shop -pchange-me -N -B shop -e "$1"; }
case "$1" in
  put) query 'CREATE TABLE IF NOT EXISTS kept (id serial, value text)' && query "INSERT INTO kept (value) VALUES ('$2')" ;;
  get) query 'SELECT value FROM kept ORDER BY id' ;;
esac
