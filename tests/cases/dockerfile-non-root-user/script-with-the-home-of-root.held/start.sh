#!/bin/bash
export HOME=/root
exec python main.py
