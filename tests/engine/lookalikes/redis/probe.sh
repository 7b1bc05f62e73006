# put VALUE: append to a list. get: print it.
case "$1" in
  put) redis-cli -e RPUSH kept "$2" > /dev/null ;;
  get) redis-cli -e LRANGE kept 0 -1 ;;
esac
