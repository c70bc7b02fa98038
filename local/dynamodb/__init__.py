"""The DynamoDB of the laptop: the DynamoDB of MiniStack, without the rest of it, in a process of its own.

It knows PartiQL and transactions, and speaks in AWS's words. It has no streams, and what is to expire stays.
"""
