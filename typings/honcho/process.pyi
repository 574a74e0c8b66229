class Process:
    name: str
