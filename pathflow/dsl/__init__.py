"""Text to syntax tree and back: the language. The only place that imports Lark."""
