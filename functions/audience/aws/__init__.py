"""How AWS is reached: clients, assumed roles, and the DynamoDB client of the row loop."""
