#!/bin/sh
cp config.template.json config.json
exec node server.js
