"""What the HTTP APIs share: requests, errors, routing, checked bodies, stores, the handler around them. No Lambda."""
