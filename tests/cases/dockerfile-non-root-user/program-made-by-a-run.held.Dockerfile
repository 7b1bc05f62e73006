FROM debian:12
RUN printf '#!/bin/sh\nexec gosu app "$@"\n' > /usr/local/bin/enter && chmod +x /usr/local/bin/enter
ENTRYPOINT ["enter"]
CMD ["/usr/bin/tool"]
