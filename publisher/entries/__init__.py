"""Reading: from files below `entries/` to entries that are right, and the problems of those that are not.

`reader` opens the files; everything else here is pure:
`source` (text with its places) -> `frontmatter` (`plainlines`, else all of YAML by `yamlevents`) ->
`parser` (values) with `markdown` (HTML; `walker` notes what is wrong);
`proofread` and `crosscheck` look at what is valid and still odd.
"""
