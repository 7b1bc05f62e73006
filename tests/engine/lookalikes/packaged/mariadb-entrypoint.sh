#!/bin/bash
# As root: give the data and the socket's folder to mysql and become it. As mysql: initialise once, then serve.
set -eu
data=/var/lib/mysql socket=/run/mysqld

if [ "$1" = mariadbd ] && [ "$(id -u)" = 0 ]; then
  find "$data" \! -user mysql \( -exec chown mysql: '{}' + -o -true \)
  find "$socket" -maxdepth 0 \! -user mysql \( -exec chown mysql: '{}' \; -o -true \)
  exec gosu mysql "$0" "$@"
fi

if [ "$1" = mariadbd ] && [ ! -d "$data/mysql" ]; then
  : "${MARIADB_USER:?}" "${MARIADB_PASSWORD:?}" "${MARIADB_DATABASE:?must be set for a new database}"
  mariadb-install-db --skip-test-db --auth-root-authentication-method=normal > /dev/null
  mariadbd --bootstrap <<SQL
FLUSH PRIVILEGES;
CREATE DATABASE $MARIADB_DATABASE;
CREATE USER '$MARIADB_USER'@'%' IDENTIFIED BY '$MARIADB_PASSWORD';
GRANT ALL ON $MARIADB_DATABASE.* TO '$MARIADB_USER'@'%';
SQL
fi

exec "$@"
