from debian:12
cmd ["true"]
user 1000:1000