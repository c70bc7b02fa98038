"""Sources: the customer's objects, the records in them, and the pieces they are cut into."""
