FROM python:3.12-slim
ENV URL=https://example.com:8080/a@b DATABASE_URL=postgres://user:password@localhost/db REDIS=redis://redis:6379/0 A=git@github.com:org/repo
