"""The tests of the core, of the environment, and of the rules that the code keeps."""
