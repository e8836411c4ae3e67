"""What nodes and messages of Node-RED mean here."""
