#!/bin/sh
RUN="gosu app python main.py"
exec $RUN
