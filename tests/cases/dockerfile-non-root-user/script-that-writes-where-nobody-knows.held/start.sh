#!/bin/sh
mkdir -p "$UPLOADS"
exec python main.py
