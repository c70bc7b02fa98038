"""Access to AWS: clients, tables, uploads, errors, and the DynamoDB client of the row loop."""
