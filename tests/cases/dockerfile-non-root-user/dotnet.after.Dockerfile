FROM mcr.microsoft.com/dotnet/aspnet:8.0
WORKDIR /opt
COPY out /opt/bin/shop
USER 1654:1654
ENTRYPOINT ["dotnet", "/opt/bin/shop/Shop.dll"]
