"""What nodes, selectors and conditions of Dify mean here."""
