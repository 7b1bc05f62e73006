FROM ubuntu:24.04
RUN apt-get install -y sudoku libpam-sudo opensudo
