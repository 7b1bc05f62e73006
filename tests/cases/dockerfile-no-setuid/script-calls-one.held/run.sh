#!/bin/sh
newgrp data
exec python app.py
