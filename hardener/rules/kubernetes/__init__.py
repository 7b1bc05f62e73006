"""The rules for Kubernetes manifests."""
