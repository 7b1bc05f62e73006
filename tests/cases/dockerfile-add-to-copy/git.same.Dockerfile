FROM python:3.12-slim
ADD git@github.com:org/repo.git /a
ADD https://github.com/org/repo.git#v1 /b
ADD --keep-git-dir=true https://github.com/org/repo.git /c
ADD git://host/repo /d
ADD ssh://git@host/repo /e
