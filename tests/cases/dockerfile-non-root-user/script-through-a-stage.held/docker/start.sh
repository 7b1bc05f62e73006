#!/bin/sh
set -e
exec gosu web "$@"
