"""What only the Experience Platform dialect has: tenants, merge policies, datasets."""
