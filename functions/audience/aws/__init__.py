"""How AWS is reached: clients, assumed roles, and the lean DynamoDB writer of the row loop."""
