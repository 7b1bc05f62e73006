#!/bin/sh
service ssh start
exec node server.js "$@"
