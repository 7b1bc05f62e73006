from debian:12
workdir /code
copy . .
user 1000:1000
cmd ["true"]