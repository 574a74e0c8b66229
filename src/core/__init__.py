"""What every app stands on: configuration, composition, database, jobs, and the seams to Flask-RESTX and Celery."""
