# put VALUE: add a line to a page. get: print the page, after an upload that goes through a file.
ask() {
  python3 -c 'import sys, urllib.request as u; print(u.urlopen("http://127.0.0.1" + sys.argv[1], b"x" * int(sys.argv[2]) or None, 5).read().decode(), end="")' "$@"
}
case "$1" in
  put) echo "$2" >> /project/pages/kept.txt ;;
  get) ask /upload 1000000 && ask /kept.txt 0 ;;
esac
