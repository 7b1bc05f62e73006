FROM mcr.microsoft.com/dotnet/aspnet:7.0
WORKDIR /app
COPY out .
USER $APP_UID
ENTRYPOINT ["dotnet", "Shop.dll"]
