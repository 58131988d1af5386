"""The chapters, one file each: `chapter(book)` makes a page of what the paths and networks say on its subject."""
