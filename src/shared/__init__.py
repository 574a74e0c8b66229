"""Code that several apps use: imports core, is imported by apps. Empty until an app needs it."""
