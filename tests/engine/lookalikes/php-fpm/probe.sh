# put VALUE: post it to a script. get: print what is kept. Over FastCGI.
export SCRIPT_FILENAME=/var/www/html/notes.php REQUEST_METHOD=GET
if [ "$1" = put ]; then export REQUEST_METHOD=POST CONTENT_TYPE=text/plain CONTENT_LENGTH=${#2}; fi
printf %s "${2:-}" | timeout 5 cgi-fcgi -bind -connect 127.0.0.1:9000 > /tmp/answer
grep -q '^Content-type' /tmp/answer && ! grep -q '^Status' /tmp/answer && sed '1,/^\r*$/d' /tmp/answer
