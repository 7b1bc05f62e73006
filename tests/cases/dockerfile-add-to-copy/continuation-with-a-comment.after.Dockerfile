FROM python:3.12-slim
COPY --chown=1000:1000 \
    # the program
    app.py \

    setup.cfg \
    /app/
USER 1000:1000
