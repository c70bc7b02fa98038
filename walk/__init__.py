"""The walk of a customer through the service: the same for the laptop, the rehearsal and a real account."""
