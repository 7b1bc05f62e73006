# put VALUE: send a lasting message. get: print all that wait, which stay. Over AMQP.
python3 - "$@" <<'PYTHON'
import sys

import amqp

with amqp.Connection("127.0.0.1:5672", connect_timeout=5) as connection:
    channel = connection.channel()
    channel.queue_declare("kept", durable=True, auto_delete=False)
    if sys.argv[1] == "put":
        channel.basic_publish(amqp.Message(sys.argv[2], delivery_mode=2), routing_key="kept")
    else:
        while message := channel.basic_get("kept"):
            print(message.body)
PYTHON
