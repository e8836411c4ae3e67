"""The tools: one typed function in one file of its name (``stageline.ports`` says how)."""
