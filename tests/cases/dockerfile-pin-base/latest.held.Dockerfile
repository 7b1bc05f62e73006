FROM ghcr.io/org/app:latest AS base
FROM base
