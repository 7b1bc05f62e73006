window.api = "/api"
