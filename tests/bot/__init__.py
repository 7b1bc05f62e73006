"""Pull requests, against real git over HTTP and a stand-in for GitHub's API."""
