#!/bin/sh
# As root: give the folders to vault and the program the right to lock memory, then become vault.
set -e
if [ "$1" = vault ] && [ "$(id -u)" = 0 ]; then
  chown -R vault:vault /vault/config || echo "/vault/config stays as it is"
  chown -R vault:vault /vault/file /vault/logs
  setcap cap_ipc_lock=+ep /bin/vault
  exec gosu vault "$@"
fi
exec "$@"
