"""What people saved of Pinpoint, brought into a deployment: its app, its endpoints, its segments."""
