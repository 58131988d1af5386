"""The management handbook of a library of paths: pages as frozen data, then a static site or a PDF made of them."""
