FROM mcr.microsoft.com/dotnet/runtime:9.0-alpine
USER app
ENTRYPOINT ["dotnet", "x.dll"]
