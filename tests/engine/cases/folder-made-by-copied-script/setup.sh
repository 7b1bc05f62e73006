#!/bin/sh
mkdir -p store
