"""The compiled path as a networkx graph, and pictures in text. The only place that imports networkx."""
