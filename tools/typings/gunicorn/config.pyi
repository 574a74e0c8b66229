class Config:
    env: dict[str, str]
