#!/bin/sh
printf 'window.api = "%s"' "$API" > public/env.js
exec node server.js
