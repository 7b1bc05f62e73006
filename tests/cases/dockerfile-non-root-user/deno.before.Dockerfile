FROM denoland/deno:2.1.4
COPY main.ts /srv/main.ts
CMD ["run", "--allow-net", "/srv/main.ts"]
