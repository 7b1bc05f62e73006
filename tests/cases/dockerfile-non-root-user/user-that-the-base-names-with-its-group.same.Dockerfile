FROM mcr.microsoft.com/dotnet/runtime:9.0-alpine AS base
USER ${APP_UID}:${APP_UID}
WORKDIR /app

FROM base
COPY out .
ENTRYPOINT ["dotnet", "Shop.dll"]
