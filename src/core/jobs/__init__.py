"""The ledger: a job is a row, written with the change that wanted it; the broker carries only its id."""
