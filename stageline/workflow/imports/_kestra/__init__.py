"""What tasks of Kestra mean here, and what Kestra refuses."""
