FROM denoland/deno:2.1.4
COPY main.ts /srv/main.ts
USER 1993:1993
CMD ["run", "--allow-net", "/srv/main.ts"]
