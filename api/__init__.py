"""The REST API: read the request, one domain call, write the answer."""
