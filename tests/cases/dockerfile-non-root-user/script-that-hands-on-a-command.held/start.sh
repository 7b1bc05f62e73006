#!/bin/sh
watchmedo auto-restart -- chown -R app /data
