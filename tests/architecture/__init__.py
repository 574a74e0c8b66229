"""The rules that the code keeps, each tried on code that breaks it."""
