from debian:12
workdir /code
copy --chown=1000:1000 . .
user 1000:1000
cmd ["true"]