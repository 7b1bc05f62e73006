FROM mcr.microsoft.com/dotnet/runtime:9.0-alpine
USER 1654:1654
ENTRYPOINT ["dotnet", "x.dll"]
