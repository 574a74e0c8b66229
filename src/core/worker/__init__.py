"""The worker's door: claims jobs, runs their handlers, repairs what was lost."""
