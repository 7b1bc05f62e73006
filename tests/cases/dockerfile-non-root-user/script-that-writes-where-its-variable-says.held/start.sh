#!/bin/sh
DATA_DIR="${DATA_DIR:-/usr/share/shop}"
mkdir -p "$DATA_DIR"
exec python main.py
