"""The compiled path as a networkx graph, and the pictures in text that are read off it. The only place that imports networkx."""
