"""What nodes and expressions of n8n mean here."""
