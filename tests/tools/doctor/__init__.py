"""The tests of the doctor, on machines that lack something."""
