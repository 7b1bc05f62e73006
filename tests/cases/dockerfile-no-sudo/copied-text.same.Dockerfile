FROM ubuntu:24.04
COPY <<EOF /usr/share/doc/a
apt-get install sudo
EOF
