FROM python:3.12-slim
COPY .env.example id_rsa.pub certs/ca.pem server.crt package.json .npmignore /app/
COPY --from=build /keys/server.key /app/
