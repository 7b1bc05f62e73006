#!/bin/sh
. /app/prepare.sh
exec python main.py
