"""What the Experience Platform dialect has of its own: tenants, merge policies, datasets."""
