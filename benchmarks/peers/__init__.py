"""Other libraries for jobs, on the same servers, each with the row of business that ours writes.

They are no dependencies of the project: the benchmark installs them into a folder of its own. So each is imported by
its name and not by a statement, which a type checker would refuse without it.
"""
