"""The ledger as people and programs meet it."""
