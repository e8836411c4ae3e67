"""What the editor of ComfyUI saves, and its subgraphs."""
