# nothing is built here
ARG VERSION=1
