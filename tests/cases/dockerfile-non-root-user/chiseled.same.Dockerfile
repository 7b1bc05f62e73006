FROM mcr.microsoft.com/dotnet/aspnet:8.0-jammy-chiseled
ENTRYPOINT ["dotnet", "x.dll"]
