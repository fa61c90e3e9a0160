"""Reading: from files below `entries/` to entries that are right, and the problems of those that are not.

`reader` opens the files; everything else here is pure:
`source` (text with its places) -> `frontmatter` (YAML) -> `parser` (values) with `markdown` (HTML);
`proofread` and `crosscheck` look at what is valid and still odd.
"""
