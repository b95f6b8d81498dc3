"""The benchmark: the article's tables made again, one fresh process a row. docs/measuring.md defines its figures."""
