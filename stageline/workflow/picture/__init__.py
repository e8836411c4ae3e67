"""The picture of a document: figures for nodes, where they stand, lines for edges, all as SVG."""
