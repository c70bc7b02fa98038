"""The files that stock AWS clients load to know all of this service, for those who have a clone."""
