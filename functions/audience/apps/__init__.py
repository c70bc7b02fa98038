"""Apps (Pinpoint's projects): the owners of endpoints, segments and jobs."""
