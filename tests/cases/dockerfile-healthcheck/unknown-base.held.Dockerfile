FROM ghcr.io/org/app:1
